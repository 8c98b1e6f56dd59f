package dev.waybill.testkit.faults;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * A resource manager of its own that writes down what it is asked, votes as told, and remembers
 * what it has prepared. Wrap it in a {@link FaultyXaResource} to let it fail.
 */
public final class RecordingXaResource implements XAResource {

  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final Set<Xid> prepared = ConcurrentHashMap.newKeySet();
  private volatile int vote = XA_OK;

  /** A resource manager that votes XA_OK. */
  public RecordingXaResource() {}

  /**
   * Sets its vote.
   *
   * @param result XA_OK or XA_RDONLY; an error code of XAException to refuse
   */
  public void vote(int result) {
    vote = result;
  }

  /** What it was asked, in order: start, end, prepare, commit, commitOnePhase, rollback, forget. */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  @Override
  public void start(Xid xid, int flags) {
    calls.add("start");
  }

  @Override
  public void end(Xid xid, int flags) {
    calls.add("end");
  }

  @Override
  public int prepare(Xid xid) throws XAException {
    calls.add("prepare");
    int answer = vote;
    if (answer != XA_OK && answer != XA_RDONLY) {
      throw new XAException(answer);
    }
    if (answer == XA_OK) {
      prepared.add(xid);
    }
    return answer;
  }

  @Override
  public void commit(Xid xid, boolean onePhase) {
    calls.add(onePhase ? "commitOnePhase" : "commit");
    prepared.remove(xid);
  }

  @Override
  public void rollback(Xid xid) {
    calls.add("rollback");
    prepared.remove(xid);
  }

  @Override
  public void forget(Xid xid) {
    calls.add("forget");
  }

  @Override
  public Xid[] recover(int flag) {
    return (flag & TMSTARTRSCAN) == 0 ? new Xid[0] : prepared.toArray(new Xid[0]);
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
