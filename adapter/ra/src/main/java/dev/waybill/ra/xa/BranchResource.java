package dev.waybill.ra.xa;

import dev.waybill.core.branch.XaBranch;
import dev.waybill.core.branch.XaBranches;
import java.util.Objects;
import java.util.Optional;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The XAResource of endpoints, producers and recovery (Jakarta Connectors 2.1, chapter 7.6). Any
 * instance finishes any branch: what a branch holds is in {@link XaBranches} and in rows. An
 * instance only remembers which branch was last started on it. Not serializable.
 */
public final class BranchResource implements XAResource {

  private final XaBranches branches;
  private final Runnable onPrepared;
  private volatile XaBranch last;

  /**
   * A new instance.
   *
   * @param branches the adapter's resource manager
   * @param onPrepared told of each prepare that leaves a branch in doubt; quick, does not throw
   */
  public BranchResource(XaBranches branches, Runnable onPrepared) {
    this.branches = Objects.requireNonNull(branches, "branches");
    this.onPrepared = Objects.requireNonNull(onPrepared, "onPrepared");
  }

  /**
   * The branch that was last started on this instance, also after its end: an endpoint learns from
   * its outcome how its delivery ended. Empty before the first start.
   */
  public Optional<XaBranch> lastStarted() {
    return Optional.ofNullable(last);
  }

  @Override
  public void start(Xid xid, int flags) throws XAException {
    last = branches.start(xid, flags);
  }

  @Override
  public void end(Xid xid, int flags) throws XAException {
    branches.end(xid, flags);
  }

  @Override
  public int prepare(Xid xid) throws XAException {
    int vote = branches.prepare(xid);
    if (vote == XA_OK) {
      onPrepared.run();
    }
    return vote;
  }

  @Override
  public void commit(Xid xid, boolean onePhase) throws XAException {
    branches.commit(xid, onePhase);
  }

  @Override
  public void rollback(Xid xid) throws XAException {
    branches.rollback(xid);
  }

  @Override
  public Xid[] recover(int flags) throws XAException {
    return branches.recover(flags);
  }

  @Override
  public void forget(Xid xid) throws XAException {
    branches.forget(xid);
  }

  /** True exactly for instances of the same adapter instance. */
  @Override
  public boolean isSameRM(XAResource other) {
    return other instanceof BranchResource resource && resource.branches == branches;
  }

  @Override
  public int getTransactionTimeout() {
    return 0;
  }

  /** Not supported: the transaction manager's own time-out decides. */
  @Override
  public boolean setTransactionTimeout(int seconds) {
    return false;
  }
}
