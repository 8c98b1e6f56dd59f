package dev.waybill.ra.work;

import dev.waybill.core.branch.TransactionContext;
import java.util.function.Consumer;

/** A transaction that is on one thread, or on none. */
final class SettableTransaction implements TransactionContext {

  private volatile Thread owner;

  void beginHere() {
    owner = Thread.currentThread();
  }

  @Override
  public Status status() {
    return Thread.currentThread() == owner ? Status.ACTIVE : Status.NONE;
  }

  @Override
  public Object key() {
    return owner;
  }

  @Override
  public void setRollbackOnly() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean rollBack() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void afterCompletion(Consumer<Boolean> callback) {
    throw new UnsupportedOperationException();
  }
}
