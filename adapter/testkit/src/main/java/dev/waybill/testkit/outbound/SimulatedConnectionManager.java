package dev.waybill.testkit.outbound;

import dev.waybill.testkit.ContractChecker;
import dev.waybill.testkit.faults.Faults;
import dev.waybill.testkit.faults.Lifeline;
import dev.waybill.testkit.transactions.SimulatedTransactions;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAllocationException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.Transaction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Pools the managed connections of one connection factory and enlists them, as Payara does: two
 * handles in one transaction share a managed connection, {@code matchManagedConnections} gets one
 * candidate a call, and without a transaction the XAResource is asked for but never started.
 */
public final class SimulatedConnectionManager implements ConnectionManager {

  private static final long serialVersionUID = 1L;

  private final transient TransactionLevel level;
  private final transient ContractChecker checker;
  private final transient Faults faults;
  private final transient Lifeline lifeline;
  private final transient SimulatedTransactions transactions = SimulatedTransactions.instance();
  private final transient Deque<PooledConnection> free = new ArrayDeque<>();
  private final transient Set<PooledConnection> all = ConcurrentHashMap.newKeySet();
  private final transient Map<Transaction, PooledConnection> inTransaction =
      new ConcurrentHashMap<>();

  /**
   * A pool.
   *
   * @param level its transaction support
   * @param checker is told of violations
   * @param faults what happens at the points of the adapter's XAResources
   * @param lifeline of the container
   */
  public SimulatedConnectionManager(
      TransactionLevel level, ContractChecker checker, Faults faults, Lifeline lifeline) {
    this.level = Objects.requireNonNull(level, "level");
    this.checker = Objects.requireNonNull(checker, "checker");
    this.faults = Objects.requireNonNull(faults, "faults");
    this.lifeline = Objects.requireNonNull(lifeline, "lifeline");
  }

  @Override
  public Object allocateConnection(ManagedConnectionFactory factory, ConnectionRequestInfo info)
      throws ResourceException {
    if (lifeline.isCut()) {
      throw new ResourceAllocationException("The container has crashed");
    }
    Transaction transaction = activeTransaction();
    if (transaction == null) {
      PooledConnection connection = obtain(factory, info);
      if (level == TransactionLevel.XA_TRANSACTION) {
        connection.resource(faults, lifeline);
      }
      return connection.handle(info);
    }
    PooledConnection connection = inTransaction.get(transaction);
    if (connection == null) {
      connection = obtain(factory, info);
      bind(connection, transaction);
    }
    enlist(connection, transaction);
    return connection.handle(info);
  }

  private Transaction activeTransaction() throws ResourceException {
    int status = transactions.status();
    if (level == TransactionLevel.NO_TRANSACTION || status == Status.STATUS_NO_TRANSACTION) {
      return null;
    }
    if (status != Status.STATUS_ACTIVE) {
      throw new ResourceAllocationException("The transaction is not active: status " + status);
    }
    return transactions.current();
  }

  private PooledConnection obtain(ManagedConnectionFactory factory, ConnectionRequestInfo info)
      throws ResourceException {
    PooledConnection candidate;
    synchronized (free) {
      candidate = free.poll();
    }
    if (candidate != null) {
      if (factory.matchManagedConnections(new HashSet<>(Set.of(candidate.managed())), null, info)
          == candidate.managed()) {
        return candidate;
      }
      destroy(candidate);
    }
    ManagedConnection created = factory.createManagedConnection(null, info);
    PooledConnection connection =
        new PooledConnection(created, level, checker, this::unused, this::destroy);
    all.add(connection);
    return connection;
  }

  private void bind(PooledConnection connection, Transaction transaction) throws ResourceException {
    inTransaction.put(transaction, connection);
    connection.setInTransaction(true);
    try {
      transaction.registerSynchronization(
          new Synchronization() {
            @Override
            public void beforeCompletion() {}

            @Override
            public void afterCompletion(int status) {
              inTransaction.remove(transaction);
              connection.setInTransaction(false);
              unused(connection);
            }
          });
    } catch (Exception e) {
      inTransaction.remove(transaction);
      destroy(connection);
      throw new ResourceAllocationException("The transaction takes no synchronization", e);
    }
  }

  private void enlist(PooledConnection connection, Transaction transaction)
      throws ResourceException {
    try {
      if (!transaction.enlistResource(connection.resource(faults, lifeline))) {
        throw new ResourceAllocationException("The connection cannot be enlisted");
      }
    } catch (ResourceException e) {
      throw e;
    } catch (Exception e) {
      throw new ResourceAllocationException("The connection cannot be enlisted", e);
    }
  }

  /** Called when a connection may have become unused. */
  private void unused(PooledConnection connection) {
    if (!connection.isUnused() || lifeline.isCut()) {
      return;
    }
    try {
      connection.managed().cleanup();
      synchronized (free) {
        if (all.contains(connection) && !free.contains(connection)) {
          free.add(connection);
        }
      }
    } catch (ResourceException e) {
      destroy(connection);
    }
  }

  private void destroy(PooledConnection connection) {
    all.remove(connection);
    synchronized (free) {
      free.remove(connection);
    }
    connection.destroy();
  }

  /** The application has stopped: handles that are still open are a violation. */
  public void close() {
    for (PooledConnection connection : all) {
      if (connection.handles() > 0) {
        checker.violation(
            connection.handles() + " connection handle(s) of " + connection + " were not closed");
      }
      destroy(connection);
    }
  }

  /** How many managed connections exist. */
  public int size() {
    return all.size();
  }
}
