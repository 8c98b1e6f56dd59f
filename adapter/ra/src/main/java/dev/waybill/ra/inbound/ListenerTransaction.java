package dev.waybill.ra.inbound;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.Operation.Mark;
import dev.waybill.core.branch.TransactedDelivery;
import dev.waybill.core.branch.TransactionContext;
import dev.waybill.core.branch.TransactionContext.Status;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * The container's transaction around one listener call, recognised by its key, so that neither a
 * finished nor another transaction is taken for it.
 */
final class ListenerTransaction {

  private final TransactionContext transaction;
  private Object key;

  ListenerTransaction(TransactionContext transaction) {
    this.transaction = Objects.requireNonNull(transaction, "transaction");
  }

  /**
   * Notes the transaction that {@code beforeDelivery} began.
   *
   * @return its key
   */
  Object begun() {
    Object current = transaction.status() == Status.ACTIVE ? transaction.key() : null;
    if (current == null) {
      throw new QueueException(
          QueueException.Kind.INTERNAL,
          "The server says the listener method is transacted, but no transaction is active after"
              + " beforeDelivery.");
    }
    key = current;
    return current;
  }

  /**
   * From now on, until the listener has returned, sends must commit with this transaction.
   *
   * @param marks records watermarks in it
   */
  void enterListener(Predicate<Mark> marks) {
    TransactedDelivery.enter(key, mark -> inThis(mark, marks));
  }

  private boolean inThis(Mark mark, Predicate<Mark> marks) {
    if (!canCommit()) {
      throw new QueueException(
          QueueException.Kind.INVALID,
          "Watermark.firstTime for message "
              + mark.lease().messageId()
              + " (queue "
              + mark.queue()
              + ") was called in another transaction than the listener's, or after that could no"
              + " longer commit. Call it in the listener's own transaction, before it is marked for"
              + " rollback.");
    }
    return marks.test(mark);
  }

  /** Whether the thread is still in it, and it can still commit. */
  boolean canCommit() {
    return transaction.status() == Status.ACTIVE && key != null && key.equals(transaction.key());
  }

  /** Marks it for rollback, unless that is settled already. */
  void setRollbackOnly() {
    if (canCommit()) {
      transaction.setRollbackOnly();
    }
  }

  /**
   * Rolls it back if it is still the thread's after the delivery. Payara leaves it there when it
   * stops the session beans that a listener calls before the listener's bean; its connections would
   * go back to their pool with what was written so far, and commit it.
   *
   * @return whether it was left, and is rolled back
   */
  boolean rollBackIfLeft() {
    return key != null && key.equals(transaction.key()) && transaction.rollBack();
  }

  /** Calls back when it is complete. */
  void afterCompletion(java.util.function.Consumer<Boolean> callback) {
    transaction.afterCompletion(callback);
  }
}
