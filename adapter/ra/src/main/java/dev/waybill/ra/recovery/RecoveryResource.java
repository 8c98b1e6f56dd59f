package dev.waybill.ra.recovery;

import dev.waybill.ra.RaLog;
import dev.waybill.ra.lifecycle.EnlistmentProbe;
import dev.waybill.ra.lifecycle.StoreLifecycle;
import dev.waybill.ra.work.AdapterLoader;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The XAResource given to the server's recovery hook before the store is open. {@link #recover}
 * waits for the store, bounded, to be open and to answer, because the server takes an error for an
 * empty answer and deletes its commit decisions. It runs on the server's recovery thread, which
 * holds no transaction; XA transactions of beans wait for the end of the pass, so nothing that
 * opens the store may be one.
 */
public final class RecoveryResource implements XAResource {

  private static final Duration STEP = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int PROBE_STEPS = 10;

  /** All that belongs to the adapter, so that it can be let go of at once. */
  private record Adapter(
      XAResource branches, StoreLifecycle store, EnlistmentProbe probe, ClassLoader loader) {

    Adapter {
      Objects.requireNonNull(branches, "branches");
      Objects.requireNonNull(store, "store");
      Objects.requireNonNull(probe, "probe");
      Objects.requireNonNull(loader, "loader");
    }
  }

  private final AtomicReference<Adapter> adapter;
  private final Duration atMost;
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
    this.adapter = new AtomicReference<>(new Adapter(branches, store, probe, loader));
    this.atMost = Objects.requireNonNull(atMost, "atMost");
  }

  /** Whether a recovery pass of this process has asked and was answered. */
  public boolean wasAsked() {
    return asked.get();
  }

  /** Lets go of the adapter: the server keeps this object until it ends. */
  public void close() {
    adapter.set(null);
  }

  @Override
  public Xid[] recover(int flags) throws XAException {
    Adapter target = target();
    boolean start = (flags & TMSTARTRSCAN) != 0;
    boolean open = start && awaitStore(target.store(), target.probe());
    Xid[] inDoubt = open ? awaitAnswer(target, flags) : ask(target, flags);
    if (start) {
      // Only now: the server takes an error for an empty answer.
      asked.set(true);
    }
    return inDoubt;
  }

  private static Xid[] ask(Adapter target, int flags) throws XAException {
    return AdapterLoader.<Xid[], XAException>call(
        target.loader(), () -> target.branches().recover(flags));
  }

  /** The store is open, but its database may be out of reach for the moment. */
  private Xid[] awaitAnswer(Adapter target, int flags) throws XAException {
    long begun = System.nanoTime();
    while (true) {
      try {
        return ask(target, flags);
      } catch (XAException e) {
        boolean over = System.nanoTime() - begun >= atMost.toNanos();
        if (over || adapter.get() == null || interruptedWithin(PAUSE)) {
          RaLog.recoveryWithoutStore(atMost, e.getMessage());
          throw e;
        }
      }
    }
  }

  private static boolean interruptedWithin(Duration pause) {
    try {
      return new CountDownLatch(1).await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Whether it is open. */
  private boolean awaitStore(StoreLifecycle store, EnlistmentProbe probe) {
    int probing = 0;
    Duration waited = Duration.ZERO;
    try {
      while (!store.awaitOpen(STEP)) {
        waited = waited.plus(STEP);
        probing = probe.isWaiting() ? probing + 1 : 0;
        // A probe that hangs is held back by this very pass, which shows that its DataSource is an
        // XA one: the joined path, where there is nothing of ours to recover.
        if (probing >= PROBE_STEPS) {
          return false;
        }
        if (waited.compareTo(atMost) >= 0) {
          RaLog.recoveryWithoutStore(atMost, store.reason());
          return false;
        }
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Adapter target() throws XAException {
    Adapter target = adapter.get();
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
    Adapter target = target();
    AdapterLoader.<Void, XAException>call(
        target.loader(),
        () -> {
          target.branches().commit(xid, onePhase);
          return null;
        });
  }

  @Override
  public void rollback(Xid xid) throws XAException {
    Adapter target = target();
    AdapterLoader.<Void, XAException>call(
        target.loader(),
        () -> {
          target.branches().rollback(xid);
          return null;
        });
  }

  @Override
  public void forget(Xid xid) throws XAException {
    Adapter target = target();
    AdapterLoader.<Void, XAException>call(
        target.loader(),
        () -> {
          target.branches().forget(xid);
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
