package dev.waybill.core.store.sql;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** A DataSource whose name is in the error when it gives no connection: pools do not say it. */
public final class NamedDataSource implements DataSource {

  private final DataSource target;
  private final String name;

  /**
   * Names a DataSource.
   *
   * @param target gives the connections
   * @param name for the error, with its article
   */
  public NamedDataSource(DataSource target, String name) {
    this.target = target;
    this.name = name;
  }

  @Override
  public Connection getConnection() throws SQLException {
    try {
      return target.getConnection();
    } catch (SQLException e) {
      throw noConnection(e);
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    try {
      return target.getConnection(user, password);
    } catch (SQLException e) {
      throw noConnection(e);
    }
  }

  private SQLException noConnection(SQLException e) {
    // No cause: the innermost message is the one that people see.
    SQLException named =
        new SQLTransientConnectionException(
            name + " gives no connection: " + SqlFailure.rootMessage(e), e.getSQLState());
    named.addSuppressed(e);
    return named;
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return target.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    target.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    target.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return target.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return target.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return type.isInstance(target) ? type.cast(target) : target.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(target) || target.isWrapperFor(type);
  }
}
