package dev.waybill.ra.inbound;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.branch.LocalBranch;
import dev.waybill.core.branch.Operation.Settlement;
import dev.waybill.core.branch.UndecidedException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * A delivery without a transaction of the container: the settlement is a commit of its own after
 * {@code afterDelivery}, when the container has taken away whatever transaction a bean left behind.
 */
final class NonTransactedDelivery implements DeliveryTransaction {

  private final LocalBranch branch;
  private final Function<Callable<Object>, Object> detached;
  private Settlement settlement;

  NonTransactedDelivery(LocalBranch branch, Function<Callable<Object>, Object> detached) {
    this.branch = Objects.requireNonNull(branch, "branch");
    this.detached = Objects.requireNonNull(detached, "detached");
  }

  @Override
  public void begin() {
    settlement = null;
  }

  @Override
  public void settle(Settlement decided) {
    settlement = decided;
  }

  @Override
  public void abandon() {
    settlement = null;
  }

  @Override
  public boolean rollBackIfLeft() {
    return false;
  }

  @Override
  public Ending ending() {
    if (settlement == null) {
      return new Ending.RolledBack("the listener failed");
    }
    try {
      return (Ending) detached.apply(this::commit);
    } catch (LeaseLostException e) {
      return new Ending.LeaseLost();
    } catch (UndecidedException e) {
      return new Ending.Unknown(e.getMessage());
    } catch (QueueException e) {
      return new Ending.RolledBack("the settlement was not written: " + e.getMessage());
    }
  }

  private Ending commit() {
    branch.add(List.of(settlement));
    return new Ending.Committed();
  }
}
