package dev.waybill.ra.inbound;

import dev.waybill.core.branch.JoinedBranch;
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.branch.Operation.Settlement;
import dev.waybill.core.branch.TransactionContext;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A delivery whose settlement is written on the connection of the bean's own transaction, as its
 * last statement. Written after the listener and before {@code afterDelivery}: in a Synchronization
 * the connection is not enlisted on every server.
 */
final class JoinedDelivery implements DeliveryTransaction {

  private final JoinedBranch branch;
  private final ListenerTransaction transaction;
  private volatile Optional<Boolean> committed = Optional.empty();
  private boolean settled;
  private boolean leaseLost;
  private boolean marked;

  JoinedDelivery(JoinedBranch branch, TransactionContext transaction) {
    this.branch = Objects.requireNonNull(branch, "branch");
    this.transaction = new ListenerTransaction(transaction);
  }

  @Override
  public void begin() {
    transaction.begun();
    transaction.afterCompletion(result -> committed = Optional.of(result));
    branch.probe();
    transaction.enterListener(branch::firstTime);
  }

  @Override
  public void settle(List<Settlement> settlements) {
    if (!transaction.canCommit()) {
      marked = committed.isEmpty();
      return;
    }
    try {
      branch.add(List.copyOf(settlements));
      settled = true;
    } catch (LeaseLostException e) {
      leaseLost = true;
      throw e;
    }
  }

  @Override
  public void abandon() {
    marked = true;
    transaction.setRollbackOnly();
  }

  @Override
  public boolean rollBackIfLeft() {
    return transaction.rollBackIfLeft();
  }

  @Override
  public Ending ending() {
    if (committed.isEmpty()) {
      return new Ending.Unknown("the server did not say how the transaction ended");
    }
    if (committed.get()) {
      return settled
          ? new Ending.Committed()
          : new Ending.RolledBack("it committed without the settlement");
    }
    if (leaseLost) {
      return new Ending.LeaseLost();
    }
    return new Ending.RolledBack(
        marked
            ? "it was marked for rollback"
            : "the transaction manager rolled it back (time-out, or a resource failed)");
  }
}
