package dev.waybill.core.branch;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.Operation.Mark;
import dev.waybill.core.branch.XaBranch.Outcome;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.TaskScheduler;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The resource manager behind every XAResource of one adapter (Jakarta Connectors 2.1, chapter 7.6;
 * X/Open XA). Open branches are kept here by xid, so that XAResource instances hold nothing but
 * their association; prepared ones are rows, so that any instance of any incarnation can finish
 * them.
 */
public final class XaBranches {

  private final Supplier<BranchStore> store;
  private final BranchEvents events;
  private final OpenBranches open;
  private final Decisions decisions;
  private final UnknownOutcomes unknown;
  private final OpenIds ids;

  /**
   * The branches of one adapter.
   *
   * @param store where they are written; throws {@code UNAVAILABLE} while the store is not open
   * @param transaction the container's view of the caller's transaction
   * @param events told what becomes visible and what may be released
   * @param scheduler finds out in the background what became of branches without an answer, and
   *     writes commits that could not be written
   */
  public XaBranches(
      Supplier<BranchStore> store,
      TransactionContext transaction,
      BranchEvents events,
      TaskScheduler scheduler) {
    this.store = Objects.requireNonNull(store, "store");
    this.events = Objects.requireNonNull(events, "events");
    this.ids = new OpenIds(store);
    this.open = new OpenBranches(Objects.requireNonNull(transaction, "transaction"), events, ids);
    Objects.requireNonNull(scheduler, "scheduler");
    this.decisions = new Decisions(store, open, events, scheduler);
    this.unknown = new UnknownOutcomes(store, open, decisions, events, scheduler);
  }

  /** The open branch of the caller's transaction, if it has one. */
  public Optional<XaBranch> ofTransaction(Object transactionKey) {
    return open.ofTransaction(transactionKey);
  }

  /** Refuses messages with a deduplication id that an open branch has, as undecided. */
  void requireNotOpen(List<NewMessage> messages) {
    messages.forEach(ids::requireNotOpen);
  }

  /**
   * Records how far a group has come in a stream.
   *
   * @param branch the branch of the delivery, which also settles it
   * @param mark how far
   * @return false, and nothing is recorded, if it had come as far before
   * @throws dev.waybill.api.QueueException {@code CONFLICT} if the branch is ended; {@code
   *     UNAVAILABLE} if the store is out of reach
   */
  public boolean firstTime(XaBranch branch, Mark mark) {
    branch.requireOpen();
    if (store.get().isMarked(mark)) {
      return false;
    }
    branch.add(List.of(mark));
    return true;
  }

  /**
   * Associates the calling thread with a branch.
   *
   * @param xid the branch
   * @param flags TMNOFLAGS, TMJOIN or TMRESUME
   * @return the branch
   * @throws XAException XAER_DUPID, XAER_NOTA, XA_RBROLLBACK, XAER_PROTO
   */
  public XaBranch start(Xid xid, int flags) throws XAException {
    BranchId id = BranchId.of(xid);
    if (flags == XAResource.TMNOFLAGS) {
      return open.begin(id);
    }
    if (flags != XAResource.TMJOIN && flags != XAResource.TMRESUME) {
      throw XaErrors.of(XAException.XAER_INVAL, "start of " + id + " with flags " + flags, null);
    }
    XaBranch branch = open.find(id);
    if (branch == null) {
      throw XaErrors.of(XAException.XAER_NOTA, "start of unknown branch " + id, null);
    }
    if (branch.outcome() != Outcome.OPEN) {
      throw XaErrors.of(XAException.XAER_PROTO, "start of ended branch " + id, null);
    }
    if (branch.isRollbackOnly()) {
      throw XaErrors.of(XAException.XA_RBROLLBACK, id + " is marked for rollback", null);
    }
    if (flags == XAResource.TMJOIN) {
      branch.associate();
    } else if (!branch.resume()) {
      throw XaErrors.of(XAException.XAER_PROTO, "resume of " + id + ", not suspended", null);
    }
    return branch;
  }

  /**
   * Ends an association.
   *
   * @param xid the branch
   * @param flags TMSUCCESS, TMFAIL or TMSUSPEND
   * @throws XAException XAER_NOTA if the branch is not open; XAER_PROTO if it is not associated;
   *     XAER_INVAL for other flags
   */
  public void end(Xid xid, int flags) throws XAException {
    XaBranch branch = open.find(BranchId.of(xid));
    if (branch == null) {
      throw XaErrors.of(XAException.XAER_NOTA, "end of unknown branch " + BranchId.of(xid), null);
    }
    boolean associated =
        switch (flags) {
          case XAResource.TMSUSPEND -> branch.suspend();
          case XAResource.TMSUCCESS -> branch.dissociate();
          case XAResource.TMFAIL -> {
            branch.setRollbackOnly();
            yield branch.dissociate();
          }
          default ->
              throw XaErrors.of(
                  XAException.XAER_INVAL, "end of " + branch.id() + " with flags " + flags, null);
        };
    if (!associated) {
      throw XaErrors.of(
          XAException.XAER_PROTO, "end of " + branch.id() + ", which is not associated", null);
    }
  }

  /**
   * Prepares a branch.
   *
   * @param xid the branch
   * @return XA_RDONLY for an empty branch, which is then forgotten; else XA_OK
   * @throws XAException XA_RBROLLBACK if it is rolled back (a lease, a deduplication id or a stream
   *     was lost); XAER_RMFAIL if it is not known whether it was prepared
   */
  public int prepare(Xid xid) throws XAException {
    BranchId id = BranchId.of(xid);
    XaBranch branch = open.require(id);
    if (branch.isAssociated()) {
      throw XaErrors.of(XAException.XAER_PROTO, "prepare of " + id + " before its end", null);
    }
    if (branch.isRollbackOnly()) {
      open.finish(branch, Outcome.ROLLED_BACK);
      throw XaErrors.of(XAException.XA_RBROLLBACK, id + " is marked for rollback", null);
    }
    List<Operation> operations = branch.operations();
    if (operations.isEmpty()) {
      open.finish(branch, Outcome.COMMITTED);
      return XAResource.XA_RDONLY;
    }
    write(branch, () -> store.get().prepare(id, operations));
    branch.finish(Outcome.IN_DOUBT);
    return XAResource.XA_OK;
  }

  /**
   * Commits a branch.
   *
   * @param xid the branch
   * @param onePhase whether it is to be committed without having been prepared; a prepared one is
   *     committed all the same
   * @throws XAException XA_RB* (one-phase) if it is rolled back; XAER_RMFAIL (one-phase) if the
   *     outcome is not known; XA_RETRY (two-phase) if the store is out of reach: ask again, and it
   *     is committed in the background as soon as the store answers; XA_HEURRB or XA_HEURCOM if
   *     somebody decided; XAER_PROTO if it was never prepared; XAER_NOTA if it was never seen
   */
  public void commit(Xid xid, boolean onePhase) throws XAException {
    BranchId id = BranchId.of(xid);
    XaBranch branch = open.find(id);
    if (branch != null && branch.outcome() == Outcome.OPEN) {
      if (!onePhase) {
        throw XaErrors.of(XAException.XAER_PROTO, "commit of " + id + " before prepare", null);
      }
      commitOnePhase(branch);
    } else {
      decisions.commit(id, branch, onePhase);
    }
  }

  private void commitOnePhase(XaBranch branch) throws XAException {
    if (branch.isAssociated()) {
      throw XaErrors.of(
          XAException.XAER_PROTO, "commit of " + branch.id() + " before its end", null);
    }
    if (branch.isRollbackOnly()) {
      open.finish(branch, Outcome.ROLLED_BACK);
      throw XaErrors.of(XAException.XA_RBROLLBACK, branch.id() + " is marked for rollback", null);
    }
    List<Operation> operations = branch.operations();
    if (operations.isEmpty()) {
      open.finish(branch, Outcome.COMMITTED);
      return;
    }
    write(branch, () -> store.get().commitOnePhase(branch.id(), operations));
    open.finish(branch, Outcome.COMMITTED);
    Queues.announce(Queues.of(operations), Queues.keyed(operations), events);
    Queues.announceSettled(operations, events);
  }

  /** Runs the write of a prepare or one-phase commit, and says what became of the branch. */
  private void write(XaBranch branch, Runnable write) throws XAException {
    try {
      write.run();
    } catch (LeaseLostException e) {
      branch.finishLeaseLost();
      open.remove(branch);
      throw XaErrors.of(XAException.XA_RBROLLBACK, e.getMessage(), e);
    } catch (UndecidedException e) {
      branch.finish(Outcome.UNKNOWN);
      decisions.failed(branch.id());
      unknown.add(branch);
      throw XaErrors.of(XAException.XAER_RMFAIL, e.getMessage(), e);
    } catch (RuntimeException e) {
      open.finish(branch, Outcome.ROLLED_BACK);
      boolean refused = e instanceof IdTakenException || e instanceof StreamRefusedException;
      boolean unreachable = isUnavailable(e) && !refused;
      int code = unreachable ? XAException.XA_RBCOMMFAIL : XAException.XA_RBROLLBACK;
      throw XaErrors.of(code, "branch " + branch.id() + " is rolled back: " + e.getMessage(), e);
    }
  }

  /**
   * Rolls a branch back.
   *
   * @param xid the branch
   * @throws XAException XAER_RMFAIL if the store is out of reach, or another node prepared it and
   *     is alive: ask again; XA_HEURCOM or XA_HEURRB if somebody decided; XAER_NOTA if it was never
   *     seen
   */
  public void rollback(Xid xid) throws XAException {
    BranchId id = BranchId.of(xid);
    XaBranch branch = open.find(id);
    if (branch != null && branch.outcome() == Outcome.OPEN) {
      open.finish(branch, Outcome.ROLLED_BACK);
      return;
    }
    decisions.rollback(id, branch);
  }

  /**
   * The branches in doubt.
   *
   * @param flags the whole list is returned where TMSTARTRSCAN is set, else none
   * @return their xids
   * @throws XAException XAER_RMFAIL while the store is out of reach: an empty list would make the
   *     transaction manager forget its decisions
   */
  public Xid[] recover(int flags) throws XAException {
    return decisions.recover(flags);
  }

  /**
   * Removes the record of a branch that was decided by somebody.
   *
   * @param xid the branch
   * @throws XAException XAER_RMFAIL if the store is out of reach
   */
  public void forget(Xid xid) throws XAException {
    decisions.forget(BranchId.of(xid));
  }

  private static boolean isUnavailable(RuntimeException e) {
    return e instanceof QueueException known && known.kind() == QueueException.Kind.UNAVAILABLE;
  }
}
