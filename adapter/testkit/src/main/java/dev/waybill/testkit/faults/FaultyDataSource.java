package dev.waybill.testkit.faults;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * A DataSource whose connections have fault points. An exception at a point loses the connection:
 * its transaction is rolled back if it had not committed. When the container crashes all
 * connections are lost and no new ones are given.
 */
public final class FaultyDataSource implements DataSource {

  private final DataSource target;
  private final Faults faults = new Faults();
  private final Lifeline lifeline;
  private final Set<FaultyConnection> open = ConcurrentHashMap.newKeySet();
  private volatile boolean down;

  /**
   * Wraps a DataSource.
   *
   * @param target gives the connections
   * @param lifeline of the container
   */
  public FaultyDataSource(DataSource target, Lifeline lifeline) {
    this.target = Objects.requireNonNull(target, "target");
    this.lifeline = Objects.requireNonNull(lifeline, "lifeline");
    lifeline.onCut(this::loseAll);
  }

  /** What happens at its points. */
  public Faults faults() {
    return faults;
  }

  /**
   * Takes the database away, or gives it back.
   *
   * @param isDown true: all connections are lost and no new ones are given
   */
  public void setDown(boolean isDown) {
    down = isDown;
    if (isDown) {
      loseAll();
    }
  }

  private void loseAll() {
    open.forEach(FaultyConnection::lose);
  }

  @Override
  public Connection getConnection() throws SQLException {
    requireUp();
    return guard(target.getConnection());
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    requireUp();
    return guard(target.getConnection(username, password));
  }

  private Connection guard(Connection physical) throws SQLException {
    FaultyConnection connection = new FaultyConnection(physical, faults, open::remove);
    open.add(connection);
    if (down || lifeline.isCut()) {
      connection.lose();
      requireUp();
    }
    return connection.proxy();
  }

  private void requireUp() throws SQLException {
    if (down || lifeline.isCut()) {
      throw new SQLNonTransientConnectionException("The database is out of reach", "08001");
    }
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
