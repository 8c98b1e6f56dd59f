package dev.waybill.core.branch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The transaction of the calling thread, set by hand. */
final class FakeTransaction implements TransactionContext {

  Status status = Status.NONE;
  Object key;
  boolean refusesCallbacks;
  boolean rollbackOnly;
  final List<Consumer<Boolean>> callbacks = new ArrayList<>();

  /** The thread is in a transaction of this name. */
  FakeTransaction active(String name) {
    status = Status.ACTIVE;
    key = name;
    return this;
  }

  /** The transaction is over; the thread has none. */
  void complete(boolean committed) {
    status = Status.NONE;
    key = null;
    List<Consumer<Boolean>> told = List.copyOf(callbacks);
    callbacks.clear();
    told.forEach(callback -> callback.accept(committed));
  }

  @Override
  public Status status() {
    return status;
  }

  @Override
  public Object key() {
    return key;
  }

  @Override
  public void setRollbackOnly() {
    rollbackOnly = true;
    status = Status.UNUSABLE;
  }

  @Override
  public boolean rollBack() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void afterCompletion(Consumer<Boolean> callback) {
    if (refusesCallbacks) {
      throw new IllegalStateException("no synchronization now");
    }
    callbacks.add(callback);
  }
}
