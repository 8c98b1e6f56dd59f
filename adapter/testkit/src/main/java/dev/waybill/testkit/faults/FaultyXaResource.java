package dev.waybill.testkit.faults;

import java.util.Objects;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** An XAResource between the transaction manager and a resource, with fault points. */
public class FaultyXaResource implements XAResource {

  /** A step of the protocol. */
  @FunctionalInterface
  private interface Step {
    void run() throws XAException;
  }

  private final XAResource target;
  private final Faults faults;
  private final Lifeline lifeline;
  private volatile boolean prepared;

  /**
   * Wraps a resource.
   *
   * @param target the resource
   * @param faults what happens at its points
   * @param lifeline once cut, every call fails without reaching the resource
   */
  public FaultyXaResource(XAResource target, Faults faults, Lifeline lifeline) {
    this.target = Objects.requireNonNull(target, "target");
    this.faults = Objects.requireNonNull(faults, "faults");
    this.lifeline = Objects.requireNonNull(lifeline, "lifeline");
  }

  /** The wrapped resource. */
  public final XAResource target() {
    return target;
  }

  /** Whether the resource has prepared and was neither committed nor rolled back through this. */
  public final boolean isPrepared() {
    return prepared;
  }

  @Override
  public final int prepare(Xid xid) throws XAException {
    int[] vote = new int[1];
    Step prepare =
        () -> {
          vote[0] = target.prepare(xid);
          prepared = vote[0] == XA_OK;
        };
    between(FaultPoint.BEFORE_PREPARE, prepare, FaultPoint.AFTER_PREPARE);
    return vote[0];
  }

  @Override
  public final void commit(Xid xid, boolean onePhase) throws XAException {
    Step commit =
        () -> {
          target.commit(xid, onePhase);
          prepared = false;
        };
    between(FaultPoint.BEFORE_COMMIT, commit, FaultPoint.AFTER_COMMIT);
  }

  @Override
  public final void rollback(Xid xid) throws XAException {
    Step rollback =
        () -> {
          target.rollback(xid);
          prepared = false;
        };
    between(FaultPoint.BEFORE_ROLLBACK, rollback, FaultPoint.AFTER_ROLLBACK);
  }

  private void between(FaultPoint before, Step step, FaultPoint after) throws XAException {
    requireAlive();
    reach(before);
    step.run();
    reach(after);
  }

  private void reach(FaultPoint point) throws XAException {
    try {
      faults.reach(point);
    } catch (XAException e) {
      throw e;
    } catch (Exception e) {
      throw unreachable(e);
    }
    requireAlive();
  }

  private void requireAlive() throws XAException {
    if (lifeline.isCut()) {
      throw unreachable(null);
    }
  }

  private static XAException unreachable(Exception cause) {
    XAException exception = new XAException("The resource is out of reach");
    exception.errorCode = XAException.XAER_RMFAIL;
    exception.initCause(cause);
    return exception;
  }

  @Override
  public final void start(Xid xid, int flags) throws XAException {
    requireAlive();
    target.start(xid, flags);
  }

  @Override
  public final void end(Xid xid, int flags) throws XAException {
    requireAlive();
    target.end(xid, flags);
  }

  @Override
  public final void forget(Xid xid) throws XAException {
    requireAlive();
    target.forget(xid);
  }

  @Override
  public final Xid[] recover(int flag) throws XAException {
    requireAlive();
    return target.recover(flag);
  }

  @Override
  public final boolean isSameRM(XAResource other) throws XAException {
    return target.isSameRM(other instanceof FaultyXaResource wrapper ? wrapper.target : other);
  }

  @Override
  public final int getTransactionTimeout() throws XAException {
    return target.getTransactionTimeout();
  }

  @Override
  public final boolean setTransactionTimeout(int seconds) throws XAException {
    return target.setTransactionTimeout(seconds);
  }

  @Override
  public final String toString() {
    return "FaultyXaResource[" + target + "]";
  }
}
