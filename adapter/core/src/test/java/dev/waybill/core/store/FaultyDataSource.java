package dev.waybill.core.store;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Loses COMMITs, or the whole database, at exact points. */
final class FaultyDataSource implements DataSource {

  enum CommitFault {
    /** The connection is cut before the database commits. */
    NEVER_HAPPENS,
    /** The database commits, the answer is lost. */
    ANSWER_LOST,
    /** The connection is cut; the database commits a little later, once others run. */
    HAPPENS_LATER
  }

  private static final Set<String> ENDS_IT = Set.of("rollback", "close", "setAutoCommit");

  private final String url;
  private final Deque<CommitFault> faults = new ArrayDeque<>();
  private Runnable afterFault = () -> {};
  private volatile Connection pending;
  private int commitsToPass;
  private boolean down;
  private volatile int[] version;

  FaultyDataSource(String url) {
    this.url = url;
  }

  /** From now on the database says that it is of a version. */
  FaultyDataSource ofVersion(int major, int minor) {
    version = new int[] {major, minor};
    return this;
  }

  /** The next COMMIT fails; then {@code andThen} runs. */
  void failNextCommit(CommitFault fault, Runnable andThen) {
    failCommit(0, fault, andThen);
  }

  /** The COMMIT after the next {@code passing} ones fails; then {@code andThen} runs. */
  synchronized void failCommit(int passing, CommitFault fault, Runnable andThen) {
    commitsToPass = passing;
    faults.add(fault);
    afterFault = andThen;
  }

  synchronized void down(boolean isDown) {
    this.down = isDown;
  }

  /** Lets a COMMIT happen that is still under way. */
  void finishDelayedCommit() throws SQLException {
    Connection connection = pending;
    pending = null;
    connection.commit();
    connection.close();
  }

  @Override
  public synchronized Connection getConnection() throws SQLException {
    if (down) {
      throw new SQLException("Connection refused", "08001");
    }
    Connection connection = new Jdbc(url).connect();
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) ->
                method.getName().equals("commit")
                    ? commit(connection)
                    : invoke(connection, method, arguments));
  }

  private Object commit(Connection connection) throws SQLException {
    CommitFault fault;
    synchronized (this) {
      fault = commitsToPass-- > 0 ? null : faults.poll();
    }
    if (fault == null) {
      connection.commit();
      return null;
    }
    switch (fault) {
      case NEVER_HAPPENS -> connection.rollback();
      case ANSWER_LOST -> connection.commit();
      case HAPPENS_LATER -> pending = connection;
    }
    afterFault.run();
    throw new SQLException("Connection reset", "08006");
  }

  private Object invoke(Connection connection, Method method, Object[] arguments) throws Throwable {
    if (connection == pending && ENDS_IT.contains(method.getName())) {
      return null;
    }
    try {
      if (version != null && method.getName().equals("getMetaData")) {
        return versioned(connection.getMetaData());
      }
      return method.invoke(connection, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private DatabaseMetaData versioned(DatabaseMetaData real) {
    return (DatabaseMetaData)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DatabaseMetaData.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getDatabaseMajorVersion" -> version[0];
                  case "getDatabaseMinorVersion" -> version[1];
                  default -> method.invoke(real, arguments);
                });
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
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
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("Not a wrapper");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
