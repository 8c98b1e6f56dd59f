package dev.waybill.core.store.sql;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Set;
import java.util.function.Supplier;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * Hands out the connection that the container enlisted in the current transaction, for a
 * persistence unit that believes to be in charge: its begin, commit and rollback have no effect,
 * the container's do (rule C14).
 */
public final class EnlistedDataSource implements DataSource {

  private static final Set<String> CONTAINERS_OWN =
      Set.of("commit", "rollback", "setAutoCommit", "setReadOnly", "setTransactionIsolation");

  private final DataSource dataSource;
  private final String name;
  private final EnlistmentProof proof;
  private final ThreadLocal<Boolean> isolationKnown = ThreadLocal.withInitial(() -> false);
  private volatile boolean checking;

  /**
   * A view of a JTA DataSource.
   *
   * @param dataSource the JTA DataSource
   * @param name its name, for messages
   * @param proof shows enlistment where the auto-commit flag does not
   */
  public EnlistedDataSource(DataSource dataSource, String name, EnlistmentProof proof) {
    this.dataSource = new NamedDataSource(dataSource, "The DataSource \"" + name + "\"");
    this.name = name;
    this.proof = proof;
  }

  /** From now on every connection is checked before it is used. */
  public void startChecking() {
    checking = true;
  }

  /** Obtains a connection and so enlists it; throws {@code INVALID} if it is of no use. */
  public void probe() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      check(connection);
    }
  }

  /**
   * Runs work in a transaction whose connection was checked before. To ask for its isolation costs
   * a round trip, and it cannot have changed; all else is checked again.
   */
  <T> T withKnownIsolation(Supplier<T> work) {
    isolationKnown.set(true);
    try {
      return work.get();
    } finally {
      isolationKnown.remove();
    }
  }

  private void check(Connection connection) throws SQLException {
    if (connection.isReadOnly()) {
      throw refused(
          "is read-only in this transaction", "Make the DataSource and the transaction writable");
    }
    if (!isolationKnown.get()
        && connection.getTransactionIsolation() > Connection.TRANSACTION_READ_COMMITTED) {
      throw refused(
          "isolates above READ COMMITTED, where each delivery that lasts longer than one renewal"
              + " of its lease would fail",
          "Set its transaction isolation to read-committed");
    }
    if (connection.getAutoCommit() && !proof.isEnlisted(connection)) {
      throw refused(
          "is not enlisted in this transaction (a statement on it commits by itself)",
          "Name a JTA DataSource that takes part in container transactions, the same one that the"
              + " application uses");
    }
  }

  private QueueException refused(String what, String fix) {
    return new QueueException(
        Kind.INVALID,
        "The connection of the DataSource \""
            + name
            + "\" "
            + what
            + ". Nothing was written. "
            + fix
            + ", or configure the adapter with a database of its own (url).");
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection connection = dataSource.getConnection();
    if (checking) {
      try {
        check(connection);
      } catch (SQLException | RuntimeException e) {
        connection.close();
        throw e;
      }
    }
    return guarded(connection);
  }

  private static Connection guarded(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            EnlistedDataSource.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (CONTAINERS_OWN.contains(method.getName())) {
                return null;
              }
              if (method.getName().equals("getAutoCommit")) {
                return false;
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return dataSource.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    dataSource.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    dataSource.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return dataSource.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return dataSource.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return dataSource.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return dataSource.isWrapperFor(type);
  }
}
