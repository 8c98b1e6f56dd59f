package dev.waybill.core.branch;

import dev.waybill.core.branch.XaBranch.Outcome;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.TaskScheduler;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * Decides branches from their rows: prepared ones, those whose answer was lost, and those of
 * earlier starts. The row says what became of a branch (rule C12).
 */
final class Decisions {

  private final Supplier<BranchStore> store;
  private final OpenBranches open;
  private final BranchEvents events;
  private final Unfinished owed;
  private final Set<BranchId> failed = ConcurrentHashMap.newKeySet();

  Decisions(
      Supplier<BranchStore> store,
      OpenBranches open,
      BranchEvents events,
      TaskScheduler scheduler) {
    this.store = store;
    this.open = open;
    this.events = events;
    this.owed =
        new Unfinished(scheduler, "Commit a transaction branch that was decided", this::commitOwed);
  }

  /** A decision got no answer: recovery may ask for the branch at once. */
  void failed(BranchId id) {
    failed.add(id);
  }

  /** It is decided. */
  void settled(BranchId id) {
    failed.remove(id);
  }

  void commit(BranchId id, XaBranch branch, boolean onePhase) throws XAException {
    BranchState found = commitFound(id, branch, onePhase);
    Outcome outcome =
        switch (found) {
          case UNKNOWN, ABORTED, ROLLED_BACK, HEURISTICALLY_ROLLED_BACK -> Outcome.ROLLED_BACK;
          default -> Outcome.COMMITTED;
        };
    boolean complete = branch != null && branch.releaseOnCompletion();
    List<Operation> operations = branch == null ? List.of() : branch.operations();
    Set<QueueName> settled = Queues.settledIn(operations);
    boolean keyed = Queues.settlesKeyed(operations);
    if (branch != null) {
      open.finish(branch, outcome);
    }
    switch (found) {
      case UNKNOWN ->
          throw XaErrors.of(XAException.XAER_NOTA, "commit of unknown branch " + id, null);
      case ABORTED, ROLLED_BACK, HEURISTICALLY_ROLLED_BACK ->
          throw XaErrors.of(
              onePhase && found == BranchState.ABORTED
                  ? XAException.XA_RBCOMMFAIL
                  : XAException.XA_HEURRB,
              "branch " + id + " is rolled back",
              null);
      case HEURISTICALLY_COMMITTED ->
          throw XaErrors.of(XAException.XA_HEURCOM, "branch " + id + " was committed", null);
      case PREPARED, COMMITTED_UNRELEASED, COMMITTED -> {
        Queues.announce(settled, keyed, events);
        Queues.announceSettled(operations, events);
        if (complete) {
          events.releasable(id);
        }
      }
    }
  }

  /**
   * Two-phase, a store that is out of reach answers XA_RETRY: the branch stays prepared. Payara
   * takes XAER_RMFAIL for the end, and forgets that it had decided; XA_RETRY it asks again.
   */
  private BranchState commitFound(BranchId id, XaBranch branch, boolean onePhase)
      throws XAException {
    try {
      BranchState found = decide(id, branch, () -> store.get().commitPrepared(id));
      owed.remove(id);
      return found;
    } catch (XAException e) {
      if (onePhase) {
        throw e;
      }
      owed.add(id);
      throw XaErrors.of(XAException.XA_RETRY, e.getMessage(), e);
    }
  }

  /** Whether the commit is written, or somebody has decided otherwise: who asks is told. */
  private boolean commitOwed(BranchId id) {
    try {
      commit(id, open.find(id), false);
      return true;
    } catch (XAException e) {
      if (e.errorCode == XAException.XA_RETRY && causeOf(e) instanceof RuntimeException cause) {
        throw cause;
      }
      return e.errorCode != XAException.XA_RETRY;
    }
  }

  /** Below the answers to the transaction manager. */
  private static Throwable causeOf(XAException answer) {
    Throwable cause = answer;
    while (cause instanceof XAException) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Who was asked to commit a branch does not roll it back: the decision was made. */
  private BranchState rollbackUnlessOwed(BranchId id) {
    if (!owed.contains(id)) {
      return store.get().rollbackPrepared(id);
    }
    BranchState before = store.get().commitPrepared(id);
    owed.remove(id);
    return before == BranchState.PREPARED ? BranchState.COMMITTED_UNRELEASED : before;
  }

  void rollback(BranchId id, XaBranch branch) throws XAException {
    BranchState found = decide(id, branch, () -> rollbackUnlessOwed(id));
    if (branch != null) {
      boolean committed =
          found == BranchState.COMMITTED
              || found == BranchState.COMMITTED_UNRELEASED
              || found == BranchState.HEURISTICALLY_COMMITTED;
      open.finish(branch, committed ? Outcome.COMMITTED : Outcome.ROLLED_BACK);
    }
    switch (found) {
      case UNKNOWN ->
          throw XaErrors.of(XAException.XAER_NOTA, "rollback of unknown branch " + id, null);
      case COMMITTED, COMMITTED_UNRELEASED, HEURISTICALLY_COMMITTED ->
          throw XaErrors.of(XAException.XA_HEURCOM, "branch " + id + " is committed", null);
      case HEURISTICALLY_ROLLED_BACK ->
          throw XaErrors.of(XAException.XA_HEURRB, "branch " + id + " was rolled back", null);
      case PREPARED, ROLLED_BACK, ABORTED -> {}
    }
  }

  private BranchState decide(BranchId id, XaBranch branch, Supplier<BranchState> decision)
      throws XAException {
    boolean answerLost = branch != null && branch.outcome() == Outcome.UNKNOWN;
    try {
      BranchState found =
          answerLost && store.get().abortUnlessDecided(id) == BranchState.ABORTED
              ? BranchState.ABORTED
              : decision.get();
      failed.remove(id);
      return found;
    } catch (RuntimeException e) {
      failed.add(id);
      throw XaErrors.of(
          XAException.XAER_RMFAIL, "branch " + id + " cannot be decided now: " + e.getMessage(), e);
    }
  }

  Xid[] recover(int flags) throws XAException {
    if ((flags & XAResource.TMSTARTRSCAN) == 0) {
      return new Xid[0];
    }
    try {
      Set<BranchId> alsoOwn = Set.copyOf(failed);
      List<BranchId> inDoubt = store.get().inDoubt(alsoOwn);
      // Others have decided the rest since: a branch whose answer is still awaited stays noted.
      alsoOwn.stream()
          .filter(id -> !inDoubt.contains(id) && open.find(id) == null)
          .forEach(failed::remove);
      return inDoubt.stream().map(BranchId::toXid).toArray(Xid[]::new);
    } catch (RuntimeException e) {
      throw XaErrors.of(
          XAException.XAER_RMFAIL, "the store cannot be asked now: " + e.getMessage(), e);
    }
  }

  void forget(BranchId id) throws XAException {
    try {
      store.get().forget(id);
    } catch (RuntimeException e) {
      throw XaErrors.of(XAException.XAER_RMFAIL, "forget of " + id + ": " + e.getMessage(), e);
    }
  }
}
