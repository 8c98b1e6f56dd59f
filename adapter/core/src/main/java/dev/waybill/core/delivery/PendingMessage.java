package dev.waybill.core.delivery;

import dev.waybill.api.AlreadyCompletedException;
import dev.waybill.api.QueueException;
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.UndecidedException;
import dev.waybill.core.delivery.LeaseEndings.Ending;
import dev.waybill.core.model.Lease;
import dev.waybill.core.store.AttemptFailure;
import java.util.List;

/** A message that was taken by {@code next} and is kept until it is settled, once. Thread-safe. */
final class PendingMessage {

  private final Lease lease;
  private final Pulling pulling;
  private final Settler settler;
  private boolean over;

  PendingMessage(Lease lease, Pulling pulling, Settler settler) {
    this.lease = lease;
    this.pulling = pulling;
    this.settler = settler;
  }

  /** It is kept from now on. */
  void begin() {
    pulling.pending(lease, this);
  }

  synchronized boolean isPending() {
    return !over;
  }

  /**
   * Settles it. It stays pending only if it surely was not settled and can be later.
   *
   * @param call what was called, for people
   */
  synchronized void settle(String call, Operation.Settlement settlement) {
    if (over) {
      throw new AlreadyCompletedException(
          call
              + "() of "
              + this
              + " came after it had been settled. Nothing was changed. Settle each message once;"
              + " the first call counts.");
    }
    try {
      settler.settle(settlement, this::transactionOver);
      over = true;
    } catch (UndecidedException e) {
      over = true;
      pulling.endSoon(lease, new Ending.Unseen(DeliveryLog.text(e)));
      throw e;
    } catch (LeaseLostException e) {
      over = true;
      pulling.lost(lease);
      throw e;
    }
  }

  private void transactionOver(boolean committed) {
    if (committed) {
      pulling.settled(lease);
    } else {
      pulling.endSoon(
          lease, new Ending.RolledBack("The transaction that settled it was rolled back."));
    }
  }

  /** Checks that its lease is still held: it has no end that could be moved. */
  void requireHeld() {
    if (settler.held(List.of(lease.key())).isEmpty()) {
      throw Settler.notHeld("The lease of " + this);
    }
  }

  /**
   * Ends it unsettled: its attempt has failed.
   *
   * @param why for people
   */
  synchronized void fail(String why) {
    if (!over) {
      over = true;
      end(new Ending.Failed(AttemptFailure.bySchedule(why)));
    }
  }

  /** Ends it as if it had never been taken. */
  synchronized void giveBack() {
    if (!over) {
      over = true;
      end(new Ending.GivenBack());
    }
  }

  private void end(Ending ending) {
    try {
      settler.alone(
          () -> {
            pulling.end(lease, ending);
            return null;
          });
    } catch (QueueException e) {
      // In a transaction of the caller, and no other thread was free.
      pulling.endSoon(lease, ending);
    }
  }

  @Override
  public String toString() {
    return "message "
        + lease.messageId()
        + " (queue "
        + lease.queue()
        + ", attempt "
        + lease.attempt()
        + ")";
  }
}
