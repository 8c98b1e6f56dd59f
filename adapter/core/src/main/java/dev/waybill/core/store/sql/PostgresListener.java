package dev.waybill.core.store.sql;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;

/**
 * One connection that hears what is sent on a channel of PostgreSQL. The driver is reached by name,
 * because a DataSource of the server has its own copy of it. For one thread, except {@link #close}.
 */
public final class PostgresListener implements AutoCloseable {

  private static final String DRIVER_TYPE = "org.postgresql.PGConnection";
  private static final Duration SLICE = Duration.ofMillis(250);
  private static final Duration CLOSE = Duration.ofSeconds(2);
  private static final int VALID_SECONDS = 5;

  private final DataSource dataSource;
  private final String channel;
  private final ReentrantLock lock = new ReentrantLock();
  private Connection connection;
  private Object driver;
  private Method getNotifications;
  private volatile boolean closed;

  /**
   * Not connected yet.
   *
   * @param dataSource gives the connection; it is kept
   * @param channel an identifier that needs no quotes
   */
  public PostgresListener(DataSource dataSource, String channel) {
    this.dataSource = dataSource;
    this.channel = channel;
  }

  /**
   * Waits for payloads.
   *
   * @param atMost how long
   * @return those that came first, at once; empty if none came in time
   * @throws SQLException if the connection is lost; the next call connects again
   */
  public List<String> await(Duration atMost) throws SQLException {
    lock.lock();
    try {
      connect();
      for (Duration waited = Duration.ZERO;
          !closed && waited.compareTo(atMost) < 0;
          waited = waited.plus(SLICE)) {
        List<String> heard = heard();
        if (!heard.isEmpty()) {
          return heard;
        }
      }
      // A connection that was cut silently is told from a quiet one only by asking.
      if (!closed && !connection.isValid(VALID_SECONDS)) {
        throw new SQLException("The connection does not answer", "08006");
      }
      return List.of();
    } catch (SQLException | RuntimeException e) {
      disconnect();
      throw e;
    } finally {
      if (closed) {
        disconnect();
      }
      lock.unlock();
    }
  }

  private void connect() throws SQLException {
    if (connection != null || closed) {
      return;
    }
    connection = dataSource.getConnection();
    connection.setAutoCommit(true);
    try {
      Class<?> type = driverType();
      driver = connection.unwrap(type);
      getNotifications = type.getMethod("getNotifications", int.class);
    } catch (ReflectiveOperationException e) {
      throw new SQLException("The driver cannot listen: " + e, "0A000", e);
    }
    execute("listen " + channel);
  }

  private Class<?> driverType() throws SQLException, ClassNotFoundException {
    ClassLoader server = connection.getMetaData().getClass().getClassLoader();
    for (ClassLoader loader : new ClassLoader[] {server, PostgresListener.class.getClassLoader()}) {
      try {
        Class<?> type = Class.forName(DRIVER_TYPE, false, loader);
        if (connection.isWrapperFor(type)) {
          return type;
        }
      } catch (ClassNotFoundException e) {
        continue;
      }
    }
    throw new ClassNotFoundException(DRIVER_TYPE + " is not behind " + connection.getClass());
  }

  private List<String> heard() throws SQLException {
    try {
      Object[] notifications = (Object[]) getNotifications.invoke(driver, (int) SLICE.toMillis());
      List<String> payloads = new ArrayList<>();
      if (notifications != null) {
        for (Object each : notifications) {
          Method parameter =
              getNotifications.getReturnType().getComponentType().getMethod("getParameter");
          payloads.add((String) parameter.invoke(each));
        }
      }
      return payloads;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SQLException known) {
        throw known;
      }
      throw new SQLException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new SQLException(e);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Nobody who gets this connection from its pool shall hear anything. */
  private void disconnect() {
    Connection closing = connection;
    if (closing == null) {
      return;
    }
    try (closing) {
      execute("unlisten *");
    } catch (SQLException e) {
      // It is broken: its pool throws it away.
      driver = null;
    }
    connection = null;
    driver = null;
  }

  @Override
  public void close() {
    closed = true;
    boolean free = false;
    try {
      free = lock.tryLock(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
      if (free) {
        disconnect();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (free) {
        lock.unlock();
      }
    }
  }
}
