package dev.waybill.core.branch;

import dev.waybill.api.QueueException;
import dev.waybill.core.model.NewMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * One branch of a distributed transaction while it is open: its operations, kept as data until the
 * transaction manager asks to prepare or commit. All XAResource instances of an adapter share it.
 */
public final class XaBranch implements Branch {

  /** What became of a branch, as far as this node knows. */
  public enum Outcome {
    /** Neither prepared nor ended. */
    OPEN,
    /** Prepared, not yet decided. */
    IN_DOUBT,
    /** Committed, or ended with nothing to do. */
    COMMITTED,
    /** Rolled back. */
    ROLLED_BACK,
    /** A commit got no answer and could not be read back. */
    UNKNOWN
  }

  private final BranchId id;
  private final Object transactionKey;
  private final Consumer<XaBranch> onFirstOperation;
  private final OpenIds ids;
  private final List<Operation> operations = new ArrayList<>();
  private Outcome outcome = Outcome.OPEN;
  private boolean announced;
  private int associations;
  private int suspended;
  private boolean rollbackOnly;
  private boolean leaseLost;
  private boolean transactionComplete;
  private boolean releasePending;

  XaBranch(BranchId id, Object transactionKey, Consumer<XaBranch> onFirstOperation, OpenIds ids) {
    this.id = id;
    this.transactionKey = transactionKey;
    this.onFirstOperation = onFirstOperation;
    this.ids = ids;
  }

  /** Its identity. */
  public BranchId id() {
    return id;
  }

  Object transactionKey() {
    return transactionKey;
  }

  @Override
  public void add(List<Operation> added) {
    boolean first;
    synchronized (this) {
      requireOpen();
      first = !announced;
    }
    if (first) {
      // Before anything is added: if this throws, the branch does not hold what it refused.
      onFirstOperation.accept(this);
    }
    synchronized (this) {
      announced = true;
      requireOpen();
      operations.addAll(added);
    }
  }

  @Override
  public List<UUID> send(List<NewMessage> messages) {
    return ids.send(this, messages);
  }

  synchronized void requireOpen() {
    if (outcome != Outcome.OPEN || rollbackOnly) {
      throw new QueueException(
          QueueException.Kind.CONFLICT,
          "Transaction branch "
              + id
              + " takes no more operations: it is "
              + (outcome == Outcome.OPEN ? "marked for rollback" : outcome)
              + ". Nothing was added to it. Roll the transaction back, and begin a new one.");
    }
  }

  /** From now on the branch can only roll back. */
  public synchronized void setRollbackOnly() {
    rollbackOnly = true;
  }

  /** What became of it. */
  public synchronized Outcome outcome() {
    return outcome;
  }

  /** Whether it rolled back because a lease it settled had been lost. */
  public synchronized boolean leaseLost() {
    return leaseLost;
  }

  synchronized List<Operation> operations() {
    return List.copyOf(operations);
  }

  synchronized boolean isRollbackOnly() {
    return rollbackOnly;
  }

  synchronized void associate() {
    associations++;
  }

  /** Takes up a suspended association; false if there is none. */
  synchronized boolean resume() {
    if (suspended == 0) {
      return false;
    }
    suspended--;
    associations++;
    return true;
  }

  /** Suspends an association; false if there is none. */
  synchronized boolean suspend() {
    if (associations == 0) {
      return false;
    }
    associations--;
    suspended++;
    return true;
  }

  /** Ends an association, a suspended one if no other is left; false if there is none. */
  synchronized boolean dissociate() {
    if (associations > 0) {
      associations--;
    } else if (suspended > 0) {
      suspended--;
    } else {
      return false;
    }
    return true;
  }

  synchronized boolean isAssociated() {
    return associations > 0;
  }

  synchronized void finish(Outcome result) {
    outcome = result;
    if (result == Outcome.COMMITTED || result == Outcome.ROLLED_BACK) {
      operations.clear();
    }
  }

  /** The outcome that was unknown; nothing if it has become known otherwise. */
  synchronized void resolve(Outcome result) {
    if (outcome == Outcome.UNKNOWN) {
      finish(result);
    }
  }

  synchronized void finishLeaseLost() {
    leaseLost = true;
    finish(Outcome.ROLLED_BACK);
  }

  /** Notes a two-phase commit; true if the transaction is already complete. */
  synchronized boolean releaseOnCompletion() {
    releasePending = !transactionComplete;
    return transactionComplete;
  }

  /** Notes that the transaction is complete; true if messages wait for it. */
  synchronized boolean complete() {
    transactionComplete = true;
    return releasePending;
  }
}
