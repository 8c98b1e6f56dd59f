package dev.waybill.ra.recovery;

import java.util.ArrayList;
import java.util.List;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** An XAResource that records what is asked of it. */
final class RecordingResource implements XAResource {

  private final Xid inDoubt;
  private final List<String> calls = new ArrayList<>();
  private final List<ClassLoader> loaders = new ArrayList<>();

  RecordingResource(Xid inDoubt) {
    this.inDoubt = inDoubt;
  }

  List<String> calls() {
    return calls;
  }

  List<ClassLoader> loaders() {
    return loaders;
  }

  private void called(String name) {
    calls.add(name);
    loaders.add(Thread.currentThread().getContextClassLoader());
  }

  @Override
  public void commit(Xid xid, boolean onePhase) {
    called("commit");
  }

  @Override
  public void rollback(Xid xid) {
    called("rollback");
  }

  @Override
  public void forget(Xid xid) {
    called("forget");
  }

  @Override
  public Xid[] recover(int flags) {
    return new Xid[] {inDoubt};
  }

  @Override
  public void start(Xid xid, int flags) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void end(Xid xid, int flags) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int prepare(Xid xid) {
    throw new UnsupportedOperationException();
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
