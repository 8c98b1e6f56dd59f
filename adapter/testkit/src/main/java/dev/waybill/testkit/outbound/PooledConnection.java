package dev.waybill.testkit.outbound;

import dev.waybill.testkit.ContractChecker;
import dev.waybill.testkit.faults.Faults;
import dev.waybill.testkit.faults.FaultyXaResource;
import dev.waybill.testkit.faults.Lifeline;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Consumer;
import javax.transaction.xa.XAResource;

/** One managed connection in the pool, and what the container knows of it. */
final class PooledConnection implements ConnectionEventListener {

  private final ManagedConnection managed;
  private final TransactionLevel level;
  private final ContractChecker checker;
  private final Consumer<PooledConnection> unused;
  private final Consumer<PooledConnection> broken;
  private final Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private XAResource resource;
  private boolean inTransaction;
  private boolean destroyed;

  PooledConnection(
      ManagedConnection managed,
      TransactionLevel level,
      ContractChecker checker,
      Consumer<PooledConnection> unused,
      Consumer<PooledConnection> broken) {
    this.managed = managed;
    this.level = level;
    this.checker = checker;
    this.unused = unused;
    this.broken = broken;
    managed.addConnectionEventListener(this);
  }

  ManagedConnection managed() {
    return managed;
  }

  synchronized XAResource resource(Faults faults, Lifeline lifeline) throws ResourceException {
    if (resource == null) {
      resource =
          level == TransactionLevel.LOCAL_TRANSACTION
              ? new LocalTransactionResource(managed.getLocalTransaction())
              : new FaultyXaResource(managed.getXAResource(), faults, lifeline);
    }
    return resource;
  }

  Object handle(ConnectionRequestInfo info) throws ResourceException {
    Object handle = managed.getConnection(null, info);
    synchronized (this) {
      open.add(handle);
    }
    return handle;
  }

  synchronized int handles() {
    return open.size();
  }

  synchronized void setInTransaction(boolean isInTransaction) {
    inTransaction = isInTransaction;
  }

  synchronized boolean isUnused() {
    return open.isEmpty() && !inTransaction && !destroyed;
  }

  void destroy() {
    synchronized (this) {
      if (destroyed) {
        return;
      }
      destroyed = true;
    }
    try {
      managed.destroy();
    } catch (ResourceException e) {
      checker.violation("destroy of " + managed + " threw " + e);
    }
  }

  @Override
  public void connectionClosed(ConnectionEvent event) {
    synchronized (this) {
      if (destroyed) {
        checker.violation(managed + " reported an event after destroy");
      }
      if (!open.remove(event.getConnectionHandle())) {
        checker.violation(managed + " reported a handle closed that was not open");
      }
    }
    unused.accept(this);
  }

  @Override
  public void connectionErrorOccurred(ConnectionEvent event) {
    synchronized (this) {
      open.clear();
    }
    broken.accept(this);
  }

  @Override
  public void localTransactionStarted(ConnectionEvent event) {
    rejectLocal("started");
  }

  @Override
  public void localTransactionCommitted(ConnectionEvent event) {
    rejectLocal("committed");
  }

  @Override
  public void localTransactionRolledback(ConnectionEvent event) {
    rejectLocal("rolled back");
  }

  private synchronized void rejectLocal(String what) {
    if (inTransaction) {
      checker.violation(managed + " " + what + " a local transaction inside one of the container");
    }
  }

  @Override
  public String toString() {
    return "PooledConnection[" + managed + "]";
  }
}
