package dev.waybill.testkit.connections;

import dev.waybill.testkit.ContractChecker;
import dev.waybill.testkit.faults.Faults;
import dev.waybill.testkit.faults.FaultyDataSource;
import dev.waybill.testkit.faults.Lifeline;
import dev.waybill.testkit.transactions.SimulatedTransactions;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import javax.transaction.xa.XAResource;

/**
 * A JTA DataSource of the container. In a transaction all its connections are handles on one
 * session, enlisted with auto-commit off; outside one each is a session of its own. Inside {@code
 * beforeCompletion} of an interposed synchronization nothing is enlisted, as seen on Payara.
 */
public final class EnlistingDataSource implements DataSource {

  private final SessionSource source;
  private final SimulatedTransactions transactions;
  private final ContractChecker checker;
  private final boolean autoCommitReadsTrue;
  private final Map<Transaction, Session> sessions = new ConcurrentHashMap<>();

  private EnlistingDataSource(
      SessionSource source,
      SimulatedTransactions transactions,
      ContractChecker checker,
      boolean autoCommitReadsTrue) {
    this.source = source;
    this.transactions = Objects.requireNonNull(transactions, "transactions");
    this.checker = Objects.requireNonNull(checker, "checker");
    this.autoCommitReadsTrue = autoCommitReadsTrue;
  }

  /**
   * A DataSource on an XA driver.
   *
   * @param driver the driver
   * @param faults what happens at the points of its XAResources
   * @param lifeline of the container
   * @param checker is told of uses on a timer's thread
   */
  public static EnlistingDataSource xa(
      XADataSource driver, Faults faults, Lifeline lifeline, ContractChecker checker) {
    return new EnlistingDataSource(
        new SessionSource.Xa(driver, faults, lifeline),
        SimulatedTransactions.instance(),
        checker,
        false);
  }

  /**
   * A DataSource on an ordinary driver: at most one in a transaction.
   *
   * @param driver the driver
   * @param faults what happens at the points of its XAResources
   * @param lifeline of the container
   * @param checker is told of uses on a timer's thread
   */
  public static EnlistingDataSource local(
      FaultyDataSource driver, Faults faults, Lifeline lifeline, ContractChecker checker) {
    return new EnlistingDataSource(
        new SessionSource.Local(driver, faults, lifeline),
        SimulatedTransactions.instance(),
        checker,
        false);
  }

  /** What happens when the transaction manager prepares, commits or rolls back its sessions. */
  public Faults faults() {
    return source.faults();
  }

  /** The same whose enlisted connections read auto-commit as true, as Open Liberty's do. */
  public EnlistingDataSource withAutoCommitReadingTrue() {
    return new EnlistingDataSource(source, transactions, checker, true);
  }

  /**
   * The resource manager, for recovery; empty for an ordinary driver.
   *
   * @throws SQLException if it cannot be reached
   */
  public Optional<XAResource> recoveryResource() throws SQLException {
    return source instanceof SessionSource.Xa xa
        ? Optional.of(xa.openResource())
        : Optional.empty();
  }

  /** Closes the connections of an XA driver that are still open. */
  public void close() {
    if (source instanceof SessionSource.Xa xa) {
      xa.closeAll();
    }
  }

  @Override
  public Connection getConnection() throws SQLException {
    checker.forbidTimer("A DataSource is used");
    Transaction transaction = transactions.current();
    int status = transactions.status();
    if (transaction == null
        || transactions.isBeforeCompletion()
        || (status != Status.STATUS_ACTIVE && status != Status.STATUS_MARKED_ROLLBACK)) {
      return source.openPlain();
    }
    Session session = sessions.get(transaction);
    if (session == null) {
      session = enlist(transaction);
    }
    return ConnectionHandle.enlisted(session.connection(), autoCommitReadsTrue);
  }

  private Session enlist(Transaction transaction) throws SQLException {
    Session session = source.open();
    try {
      transaction.registerSynchronization(
          new Synchronization() {
            @Override
            public void beforeCompletion() {}

            @Override
            public void afterCompletion(int status) {
              sessions.remove(transaction);
              session.close().run();
            }
          });
      refuseSecondLocal();
      if (!transaction.enlistResource(session.resource())) {
        throw new SQLException("The transaction manager refuses the connection");
      }
      sessions.put(transaction, session);
      return session;
    } catch (RollbackException | SystemException | IllegalStateException e) {
      session.close().run();
      throw new SQLException("The connection cannot be enlisted: " + e.getMessage(), e);
    }
  }

  private void refuseSecondLocal() throws SQLException {
    if (source instanceof SessionSource.Local) {
      Object first = transactions.registry().getResource(LocalXaResource.class);
      if (first != null) {
        throw new SQLException(
            "Error in allocating a connection. Cause: the transaction already has 1 non-XA"
                + " resource: cannot add more resources");
      }
      transactions.registry().putResource(LocalXaResource.class, this);
    }
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    throw new SQLException("The credentials are the container's: use getConnection()");
  }

  @Override
  public PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(PrintWriter out) {}

  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getLogger("dev.waybill.testkit");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("Not a wrapper for " + type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
