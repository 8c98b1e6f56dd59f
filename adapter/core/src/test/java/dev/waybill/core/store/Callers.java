package dev.waybill.core.store;

import dev.waybill.core.branch.TransactionContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The transaction of an application, set by hand. */
final class Callers implements TransactionContext {

  private final List<Consumer<Boolean>> callbacks = new ArrayList<>();
  Object key;
  boolean rollbackOnly;

  void complete(boolean committed) {
    key = null;
    List<Consumer<Boolean>> told = List.copyOf(callbacks);
    callbacks.clear();
    told.forEach(callback -> callback.accept(committed));
  }

  @Override
  public Status status() {
    return key == null ? Status.NONE : rollbackOnly ? Status.UNUSABLE : Status.ACTIVE;
  }

  @Override
  public Object key() {
    return key;
  }

  @Override
  public void setRollbackOnly() {
    rollbackOnly = true;
  }

  @Override
  public boolean rollBack() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void afterCompletion(Consumer<Boolean> callback) {
    callbacks.add(callback);
  }
}
