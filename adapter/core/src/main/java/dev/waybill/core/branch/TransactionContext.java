package dev.waybill.core.branch;

import java.util.function.Consumer;

/**
 * The container's view of the caller's transaction (Jakarta Transactions 2.0, chapter 3.6,
 * TransactionSynchronizationRegistry).
 */
public interface TransactionContext {

  /** What the calling thread is in. */
  enum Status {
    /** No transaction. */
    NONE,
    /** A transaction that can still commit. */
    ACTIVE,
    /** A transaction marked for rollback, ending, ended or unknown. */
    UNUSABLE
  }

  /** What the calling thread is in now. */
  Status status();

  /** The identity of the caller's transaction: equal for equal transactions; null without one. */
  Object key();

  /** Marks the caller's transaction for rollback. */
  void setRollbackOnly();

  /**
   * Rolls the caller's transaction back. Only for one that whoever began it has left on the thread:
   * nobody else would end it.
   *
   * @return false if this server offers no way to do so
   */
  boolean rollBack();

  /**
   * Calls back once the caller's transaction is complete.
   *
   * @param callback is told whether the transaction manager says it committed; must not throw
   */
  void afterCompletion(Consumer<Boolean> callback);
}
