package dev.waybill.testkit.transactions;

import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;

/**
 * The registry of the container. It knows which threads are inside {@code beforeCompletion} of an
 * interposed synchronization, because DataSources of some servers no longer enlist there.
 */
final class ContainerSynchronizationRegistry implements TransactionSynchronizationRegistry {

  private static final ThreadLocal<Boolean> BEFORE_COMPLETION = new ThreadLocal<>();

  private final TransactionSynchronizationRegistry delegate;

  ContainerSynchronizationRegistry(TransactionSynchronizationRegistry delegate) {
    this.delegate = delegate;
  }

  boolean isBeforeCompletion() {
    return BEFORE_COMPLETION.get() != null;
  }

  @Override
  public void registerInterposedSynchronization(Synchronization synchronization) {
    delegate.registerInterposedSynchronization(
        new Synchronization() {
          @Override
          public void beforeCompletion() {
            BEFORE_COMPLETION.set(Boolean.TRUE);
            try {
              synchronization.beforeCompletion();
            } finally {
              BEFORE_COMPLETION.remove();
            }
          }

          @Override
          public void afterCompletion(int status) {
            synchronization.afterCompletion(status);
          }
        });
  }

  @Override
  public Object getTransactionKey() {
    return delegate.getTransactionKey();
  }

  @Override
  public void putResource(Object key, Object value) {
    delegate.putResource(key, value);
  }

  @Override
  public Object getResource(Object key) {
    return delegate.getResource(key);
  }

  @Override
  public int getTransactionStatus() {
    return delegate.getTransactionStatus();
  }

  @Override
  public void setRollbackOnly() {
    delegate.setRollbackOnly();
  }

  @Override
  public boolean getRollbackOnly() {
    return delegate.getRollbackOnly();
  }
}
