package dev.waybill.ra.inbound;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.Operation.Settlement;
import dev.waybill.core.branch.TransactionContext;
import dev.waybill.core.branch.XaBranch;
import dev.waybill.core.branch.XaBranches;
import java.util.List;
import java.util.Objects;

/**
 * A delivery whose settlement is part of the branch that the container started on the endpoint's
 * XAResource (Jakarta Connectors 2.1, chapter 13.5.9). What became of it is asked of the branch:
 * exceptions and callbacks of containers differ.
 */
final class XaDelivery implements DeliveryTransaction {

  private final XaBranches branches;
  private final ListenerTransaction transaction;
  private XaBranch branch;
  private boolean settled;
  private boolean marked;

  XaDelivery(XaBranches branches, TransactionContext transaction) {
    this.branches = Objects.requireNonNull(branches, "branches");
    this.transaction = new ListenerTransaction(transaction);
  }

  @Override
  public void begin() {
    branch =
        branches
            .ofTransaction(transaction.begun())
            .orElseThrow(
                () ->
                    new QueueException(
                        QueueException.Kind.INTERNAL,
                        "The server began a transaction for the delivery but did not enlist the"
                            + " endpoint's XAResource in it."));
    transaction.enterListener(mark -> branches.firstTime(branch, mark));
  }

  @Override
  public void settle(List<Settlement> settlements) {
    if (transaction.canCommit()) {
      branch.add(List.copyOf(settlements));
      settled = true;
    } else {
      marked = branch.outcome() == XaBranch.Outcome.OPEN;
      // The transaction may be alive elsewhere: without its settlement it must not commit.
      branch.setRollbackOnly();
    }
  }

  @Override
  public void abandon() {
    marked = true;
    if (branch != null) {
      branch.setRollbackOnly();
    }
    transaction.setRollbackOnly();
  }

  @Override
  public boolean rollBackIfLeft() {
    return transaction.rollBackIfLeft();
  }

  @Override
  public Ending ending() {
    return switch (branch.outcome()) {
      case COMMITTED ->
          settled
              ? new Ending.Committed()
              : new Ending.RolledBack("it committed without the settlement");
      case ROLLED_BACK ->
          branch.leaseLost()
              ? new Ending.LeaseLost()
              : new Ending.RolledBack(
                  marked
                      ? "it was marked for rollback"
                      : "the transaction manager rolled it back (time-out, or another resource"
                          + " failed)");
      case OPEN -> new Ending.Unknown("transaction branch " + branch.id() + " is still open");
      case IN_DOUBT -> new Ending.Unknown("transaction branch " + branch.id() + " is in doubt");
      case UNKNOWN ->
          new Ending.Unknown("the commit of transaction branch " + branch.id() + " got no answer");
    };
  }
}
