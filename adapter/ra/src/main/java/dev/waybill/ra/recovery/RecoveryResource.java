package dev.waybill.ra.recovery;

import dev.waybill.ra.RaLog;
import dev.waybill.ra.lifecycle.EnlistmentProbe;
import dev.waybill.ra.lifecycle.StoreLifecycle;
import dev.waybill.ra.work.AdapterLoader;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The XAResource given to the server's recovery hook before the store is open. {@link #recover}
 * waits for the store, bounded, because the server takes an error for an empty answer and deletes
 * its commit decisions. It runs on the server's recovery thread, which holds no transaction; XA
 * transactions of beans wait for the end of the pass, so nothing that opens the store may be one.
 */
public final class RecoveryResource implements XAResource {

  private static final Duration STEP = Duration.ofMillis(200);
  private static final int PROBE_STEPS = 10;

  private final AtomicReference<XAResource> branches;
  private final StoreLifecycle store;
  private final EnlistmentProbe probe;
  private final Duration atMost;
  private final ClassLoader loader;
  private final AtomicBoolean asked = new AtomicBoolean();

  /**
   * The resource of one adapter.
   *
   * @param branches answers once the store is open
   * @param store what is waited for
   * @param probe must not be waited for
   * @param atMost how long a recovery pass waits
   * @param loader the adapter's
   */
  public RecoveryResource(
      XAResource branches,
      StoreLifecycle store,
      EnlistmentProbe probe,
      Duration atMost,
      ClassLoader loader) {
    this.branches = new AtomicReference<>(Objects.requireNonNull(branches, "branches"));
    this.store = Objects.requireNonNull(store, "store");
    this.probe = Objects.requireNonNull(probe, "probe");
    this.atMost = Objects.requireNonNull(atMost, "atMost");
    this.loader = Objects.requireNonNull(loader, "loader");
  }

  /** Whether a recovery pass of this process has asked. */
  public boolean wasAsked() {
    return asked.get();
  }

  /** Lets go of the adapter: the server keeps this object until it ends. */
  public void close() {
    branches.set(null);
  }

  @Override
  public Xid[] recover(int flags) throws XAException {
    XAResource target = target();
    if ((flags & TMSTARTRSCAN) != 0) {
      asked.set(true);
      awaitStore();
    }
    return AdapterLoader.<Xid[], XAException>call(loader, () -> target.recover(flags));
  }

  private void awaitStore() {
    int probing = 0;
    Duration waited = Duration.ZERO;
    try {
      while (!store.awaitOpen(STEP)) {
        waited = waited.plus(STEP);
        probing = probe.isWaiting() ? probing + 1 : 0;
        // A probe that hangs is held back by this very pass, which shows that its DataSource is an
        // XA one: the joined path, where there is nothing of ours to recover.
        if (probing >= PROBE_STEPS) {
          return;
        }
        if (waited.compareTo(atMost) >= 0) {
          RaLog.recoveryWithoutStore(atMost, store.reason());
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private XAResource target() throws XAException {
    XAResource target = branches.get();
    if (target == null) {
      throw failure("The adapter is stopped");
    }
    return target;
  }

  private static XAException failure(String message) {
    XAException failure = new XAException(message);
    failure.errorCode = XAException.XAER_RMFAIL;
    return failure;
  }

  @Override
  public void commit(Xid xid, boolean onePhase) throws XAException {
    XAResource target = target();
    AdapterLoader.<Void, XAException>call(
        loader,
        () -> {
          target.commit(xid, onePhase);
          return null;
        });
  }

  @Override
  public void rollback(Xid xid) throws XAException {
    XAResource target = target();
    AdapterLoader.<Void, XAException>call(
        loader,
        () -> {
          target.rollback(xid);
          return null;
        });
  }

  @Override
  public void forget(Xid xid) throws XAException {
    XAResource target = target();
    AdapterLoader.<Void, XAException>call(
        loader,
        () -> {
          target.forget(xid);
          return null;
        });
  }

  @Override
  public boolean isSameRM(XAResource other) {
    return this == other;
  }

  @Override
  public int prepare(Xid xid) throws XAException {
    throw failure("Recovery does not prepare");
  }

  @Override
  public void start(Xid xid, int flags) throws XAException {
    throw failure("Recovery does not start branches");
  }

  @Override
  public void end(Xid xid, int flags) throws XAException {
    throw failure("Recovery does not end branches");
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
