package dev.waybill.ra.fake;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.TransactionContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The transactions of one thread. Resources of one resource manager are joined as Payara joins
 * them: the later ones are started with TMJOIN, and only the first is prepared and committed.
 */
public final class TinyTransactions implements TransactionContext {

  /** What happened to enlisted resources, for tests to look at. */
  public final List<String> trace = new ArrayList<>();

  /** Business rows that committed. */
  public final List<String> business = new ArrayList<>();

  /** Runs between prepare and commit. */
  public Runnable beforeSecondPhase = () -> {};

  private Transaction current;
  private int begun;

  private enum State {
    ACTIVE,
    MARKED,
    ENDED
  }

  /** One transaction. */
  private static final class Transaction {
    final int number;
    final List<Enlisted> resources = new ArrayList<>();
    final List<Consumer<Boolean>> callbacks = new ArrayList<>();
    final List<String> rows = new ArrayList<>();
    State state = State.ACTIVE;

    Transaction(int number) {
      this.number = number;
    }
  }

  private record Enlisted(XAResource resource, Xid xid, boolean joined) {}

  /** Begins a transaction; the thread must have none. */
  public void begin() {
    if (current != null) {
      throw new IllegalStateException("nested");
    }
    current = new Transaction(++begun);
  }

  /** Takes the transaction from the thread. */
  public Object suspend() {
    Transaction suspended = current;
    current = null;
    return suspended;
  }

  /** Gives it back. */
  public void resume(Object suspended) {
    current = (Transaction) suspended;
  }

  /** A row the bean writes in its own database; committed with its transaction. */
  public void write(String row) {
    if (current == null) {
      business.add(row);
    } else if (current.state == State.ENDED) {
      throw new IllegalStateException("the transaction has timed out");
    } else {
      current.rows.add(row);
    }
  }

  /** Enlists a resource in the current transaction, once. */
  public void enlist(XAResource resource) {
    try {
      for (Enlisted each : current.resources) {
        if (each.resource() == resource) {
          return;
        }
      }
      for (Enlisted each : current.resources) {
        if (each.resource().isSameRM(resource)) {
          resource.start(each.xid(), XAResource.TMJOIN);
          current.resources.add(new Enlisted(resource, each.xid(), true));
          return;
        }
      }
      Xid xid =
          new BranchId(1, String.format("%04x", current.number), hex(current.resources.size()))
              .toXid();
      resource.start(xid, XAResource.TMNOFLAGS);
      current.resources.add(new Enlisted(resource, xid, false));
    } catch (XAException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hex(int number) {
    return String.format("%02x", number);
  }

  /** How many branches the current transaction has. */
  public int branches() {
    return (int) current.resources.stream().filter(each -> !each.joined()).count();
  }

  /** Rolls the current transaction back at once, while its thread goes on. */
  public void timeOut() {
    rollback(current);
  }

  /** Ends the current transaction: commits it if that is possible. */
  public boolean end(boolean commit) {
    Transaction ending = current;
    boolean committed = false;
    if (ending.state != State.ENDED) {
      if (commit && ending.state == State.ACTIVE) {
        committed = commit(ending);
      } else {
        rollback(ending);
      }
    }
    current = null;
    return committed;
  }

  private boolean commit(Transaction ending) {
    endAssociations(ending);
    List<Enlisted> branches = ending.resources.stream().filter(each -> !each.joined()).toList();
    boolean committed = branches.size() == 1 ? onePhase(branches.get(0)) : twoPhase(branches);
    complete(ending, committed);
    return committed;
  }

  private boolean onePhase(Enlisted branch) {
    try {
      trace.add("commit one phase");
      branch.resource().commit(branch.xid(), true);
      return true;
    } catch (XAException e) {
      trace.add("failed " + e.errorCode);
      return false;
    }
  }

  private boolean twoPhase(List<Enlisted> branches) {
    List<Enlisted> prepared = new ArrayList<>();
    for (Enlisted branch : branches) {
      try {
        trace.add("prepare");
        if (branch.resource().prepare(branch.xid()) == XAResource.XA_OK) {
          prepared.add(branch);
        }
      } catch (XAException e) {
        trace.add("failed " + e.errorCode);
        branches.forEach(this::rollback);
        return false;
      }
    }
    beforeSecondPhase.run();
    for (Enlisted branch : prepared) {
      try {
        trace.add("commit");
        branch.resource().commit(branch.xid(), false);
      } catch (XAException e) {
        trace.add("failed " + e.errorCode);
      }
    }
    return true;
  }

  private void rollback(Transaction ending) {
    endAssociations(ending);
    ending.resources.stream().filter(each -> !each.joined()).forEach(this::rollback);
    complete(ending, false);
  }

  private void rollback(Enlisted branch) {
    try {
      trace.add("rollback");
      branch.resource().rollback(branch.xid());
    } catch (XAException e) {
      trace.add("failed " + e.errorCode);
    }
  }

  private void endAssociations(Transaction ending) {
    for (Enlisted each : ending.resources) {
      try {
        each.resource().end(each.xid(), XAResource.TMSUCCESS);
      } catch (XAException e) {
        trace.add("end failed " + e.errorCode);
      }
    }
  }

  private void complete(Transaction ending, boolean committed) {
    ending.state = State.ENDED;
    if (committed) {
      business.addAll(ending.rows);
    }
    ending.callbacks.forEach(callback -> callback.accept(committed));
  }

  @Override
  public Status status() {
    if (current == null) {
      return Status.NONE;
    }
    return current.state == State.ACTIVE ? Status.ACTIVE : Status.UNUSABLE;
  }

  @Override
  public Object key() {
    return current;
  }

  @Override
  public void setRollbackOnly() {
    current.state = State.MARKED;
  }

  @Override
  public boolean rollBack() {
    return !end(false);
  }

  @Override
  public void afterCompletion(Consumer<Boolean> callback) {
    current.callbacks.add(callback);
  }
}
