package dev.waybill.testkit.outbound;

import com.arjuna.ats.jta.resources.LastResourceCommitOptimisation;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.LocalTransaction;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** Lets a managed connection with local transactions take part: alone, or committed last. */
final class LocalTransactionResource implements XAResource, LastResourceCommitOptimisation {

  @FunctionalInterface
  private interface Step {
    void run() throws ResourceException;
  }

  private final LocalTransaction local;

  LocalTransactionResource(LocalTransaction local) {
    this.local = local;
  }

  private static void run(Step step) throws XAException {
    try {
      step.run();
    } catch (ResourceException e) {
      XAException exception = new XAException("The local transaction failed: " + e.getMessage());
      exception.errorCode = XAException.XAER_RMERR;
      exception.initCause(e);
      throw exception;
    }
  }

  @Override
  public void start(Xid xid, int flags) throws XAException {
    if (flags == TMNOFLAGS) {
      run(local::begin);
    }
  }

  @Override
  public void end(Xid xid, int flags) {}

  @Override
  public int prepare(Xid xid) throws XAException {
    throw new XAException(XAException.XAER_PROTO);
  }

  @Override
  public void commit(Xid xid, boolean onePhase) throws XAException {
    run(local::commit);
  }

  @Override
  public void rollback(Xid xid) throws XAException {
    run(local::rollback);
  }

  @Override
  public void forget(Xid xid) {}

  @Override
  public Xid[] recover(int flag) {
    return new Xid[0];
  }

  @Override
  public boolean isSameRM(XAResource other) {
    return other == this;
  }

  @Override
  public int getTransactionTimeout() {
    return 0;
  }

  @Override
  public boolean setTransactionTimeout(int seconds) {
    return false;
  }
}
