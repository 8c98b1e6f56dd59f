package dev.waybill.core.delivery;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.Branch;
import dev.waybill.core.branch.CurrentBranch;
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.branch.LocalBranch;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.TransactionContext;
import dev.waybill.core.branch.XaBranch;
import dev.waybill.core.model.Lease;
import dev.waybill.core.store.LeaseStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Settles leases in the caller's transaction, or in a commit of its own without one. A lease that
 * is not held is found out before anything is written, so that it does not spoil a transaction
 * (rule C14); what is lost afterwards is found by the fence of the write.
 */
final class Settler {

  private final LeaseStore leases;
  private final CurrentBranch branches;
  private final TransactionContext transaction;
  private final OpenSettlements open;
  private final Function<Callable<Object>, Object> detached;
  private final Supplier<XaBranch> enlist;

  /**
   * The settler of one receiver.
   *
   * @param detached runs a call without the caller's transaction
   * @param enlist enlists the adapter in the caller's transaction
   */
  Settler(
      LeaseStore leases,
      CurrentBranch branches,
      TransactionContext transaction,
      OpenSettlements open,
      Function<Callable<Object>, Object> detached,
      Supplier<XaBranch> enlist) {
    this.leases = leases;
    this.branches = branches;
    this.transaction = transaction;
    this.open = open;
    this.detached = detached;
    this.enlist = enlist;
  }

  /**
   * Checks that something could be settled now.
   *
   * @throws QueueException {@code INVALID} if the caller's transaction can no longer commit
   */
  void requireUsable() {
    branches.forSettlement(enlist);
  }

  /** Runs a call of the store without the caller's transaction. */
  @SuppressWarnings("unchecked")
  <T> T alone(Supplier<T> call) {
    return (T) detached.apply(call::get);
  }

  /**
   * Those leases that can be settled by the caller now.
   *
   * @param keys of what he takes for leases
   */
  Map<Lease.Key, Lease> held(Collection<Lease.Key> keys) {
    List<Lease.Key> free = keys.stream().filter(key -> !open.holds(key)).toList();
    Map<Lease.Key, Lease> held = new HashMap<>();
    if (!free.isEmpty()) {
      this.<List<Lease>>alone(() -> leases.held(free))
          .forEach(lease -> held.put(lease.key(), lease));
    }
    return held;
  }

  /**
   * Settles one lease.
   *
   * @param afterwards told whether it stands, once its transaction is over; quick, and does not
   *     throw
   * @throws QueueException {@code CONFLICT} if the lease is not held; of another kind if it was not
   *     settled, or that is not known
   */
  void settle(Operation.Settlement settlement, Consumer<Boolean> afterwards) {
    Branch branch = branches.forSettlement(enlist);
    Lease lease = settlement.lease();
    boolean local = branch instanceof LocalBranch;
    if (open.holds(lease.key())) {
      throw settledElsewhere(lease);
    }
    if (!local && held(List.of(lease.key())).isEmpty()) {
      throw notHeld(lease);
    }
    try {
      add(branch, List.of(settlement), afterwards);
    } catch (LeaseLostException e) {
      throw local ? notHeld(lease) : e;
    }
  }

  /** That transaction may still roll back, so the lease is not lost. */
  private static QueueException settledElsewhere(Lease lease) {
    return new QueueException(
        QueueException.Kind.CONFLICT,
        which(lease)
            + " is not held now: a transaction that is still open has settled it. Nothing was"
            + " changed. If that transaction rolls back, the lease can be settled again.");
  }

  private static LeaseLostException notHeld(Lease lease) {
    return notHeld(which(lease));
  }

  private static String which(Lease lease) {
    return "The lease of message "
        + lease.messageId()
        + " (queue "
        + lease.queue()
        + ", attempt "
        + lease.attempt()
        + ")";
  }

  /**
   * The error of a lease that cannot be settled.
   *
   * @param which the lease, for people
   */
  static LeaseLostException notHeld(String which) {
    return new LeaseLostException(
        which
            + " is not held: it ran out, was settled before (perhaps by a transaction that is still"
            + " open), or is of another store. Nothing was changed. A lease that ran out has given"
            + " its message to another attempt; ask for longer ones with leaseDuration, or call"
            + " extendLease in time.");
  }

  /**
   * Settles those leases that are held.
   *
   * @param keys of what the caller takes for leases
   * @param settlement what to do with one of them
   * @return those that were held, and are settled
   */
  Map<Lease.Key, Lease> settleHeld(
      Collection<Lease.Key> keys, Function<Lease, Operation.Settlement> settlement) {
    Branch branch = branches.forSettlement(enlist);
    for (int tries = 0; ; tries++) {
      Map<Lease.Key, Lease> held = held(keys);
      if (held.isEmpty()) {
        return held;
      }
      List<Operation.Settlement> settlements = new ArrayList<>();
      keys.forEach(key -> add(settlements, held.get(key), settlement));
      try {
        add(branch, settlements, committed -> over(held.values(), committed));
        return held;
      } catch (LeaseLostException e) {
        // Nothing was settled. Without a transaction all others still can be.
        if (!(branch instanceof LocalBranch) || tries > keys.size()) {
          throw e;
        }
      }
    }
  }

  private static void add(
      List<Operation.Settlement> settlements,
      Lease lease,
      Function<Lease, Operation.Settlement> settlement) {
    if (lease != null) {
      settlements.add(settlement.apply(lease));
    }
  }

  private void over(Collection<Lease> ended, boolean committed) {
    if (committed) {
      leases.over(ended);
    }
  }

  private void add(
      Branch branch, List<Operation.Settlement> settlements, Consumer<Boolean> afterwards) {
    boolean local = branch instanceof LocalBranch;
    if (!local) {
      open.watch(transaction);
    }
    branch.add(List.copyOf(settlements));
    if (local) {
      afterwards.accept(true);
    } else {
      open.settled(
          transaction,
          settlements.stream().map(settlement -> settlement.lease().key()).toList(),
          afterwards);
    }
  }
}
