package dev.waybill.ra.work;

import dev.waybill.core.branch.TransactionContext;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The caller's transaction as the container's registry shows it. */
public final class RegistryTransactionContext implements TransactionContext {

  private final TransactionSynchronizationRegistry registry;
  private final BooleanSupplier rollback;

  /**
   * The view of one adapter.
   *
   * @param registry the container's (Jakarta Connectors 2.1, chapter 5.3.2)
   * @param rollback rolls the thread's transaction back, which the registry cannot; false if that
   *     is not possible
   */
  public RegistryTransactionContext(
      TransactionSynchronizationRegistry registry, BooleanSupplier rollback) {
    this.rollback = Objects.requireNonNull(rollback, "rollback");
    this.registry = Objects.requireNonNull(registry, "registry");
  }

  @Override
  public Status status() {
    return switch (registry.getTransactionStatus()) {
      case jakarta.transaction.Status.STATUS_NO_TRANSACTION -> Status.NONE;
      case jakarta.transaction.Status.STATUS_ACTIVE ->
          registry.getRollbackOnly() ? Status.UNUSABLE : Status.ACTIVE;
      default -> Status.UNUSABLE;
    };
  }

  @Override
  public Object key() {
    return registry.getTransactionKey();
  }

  @Override
  public void setRollbackOnly() {
    registry.setRollbackOnly();
  }

  @Override
  public boolean rollBack() {
    return rollback.getAsBoolean();
  }

  @Override
  public void afterCompletion(Consumer<Boolean> callback) {
    registry.registerInterposedSynchronization(
        new Synchronization() {
          @Override
          public void beforeCompletion() {
            // What is written here is not enlisted on every server; nothing is.
          }

          @Override
          public void afterCompletion(int status) {
            callback.accept(status == jakarta.transaction.Status.STATUS_COMMITTED);
          }
        });
  }
}
