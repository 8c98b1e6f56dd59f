package dev.waybill.ra.inbound;

import dev.waybill.core.branch.Operation.Settlement;

/** The queue's part of one delivery's transaction. One object for each delivery. */
sealed interface DeliveryTransaction permits JoinedDelivery, NonTransactedDelivery, XaDelivery {

  /**
   * Called once {@code beforeDelivery} has returned and before the listener runs.
   *
   * @throws dev.waybill.api.QueueException if the transaction cannot carry the delivery; the
   *     listener must not run then
   */
  void begin();

  /**
   * Called once the listener has returned normally, before {@code afterDelivery}. Adds nothing
   * where the transaction can no longer commit.
   *
   * @param settlement what the listener decided
   */
  void settle(Settlement settlement);

  /** Called instead of {@link #settle} where nothing may commit. */
  void abandon();

  /**
   * Called once {@code afterDelivery} is over: ends a transaction that the container has left on
   * the thread.
   *
   * @return whether there was one
   */
  boolean rollBackIfLeft();

  /** How it ended; called once {@code afterDelivery} is over. */
  Ending ending();

  /** How the transaction of a delivery ended. */
  sealed interface Ending {

    /** The settlement is committed, with everything in its transaction. */
    record Committed() implements Ending {}

    /**
     * The settlement is not committed.
     *
     * @param why for people
     */
    record RolledBack(String why) implements Ending {}

    /** Rolled back because the lease was lost. */
    record LeaseLost() implements Ending {}

    /**
     * It cannot be told.
     *
     * @param why for people
     */
    record Unknown(String why) implements Ending {}
  }
}
