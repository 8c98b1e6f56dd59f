package dev.waybill.core.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.UndeclaredThrowableException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Loses COMMITs, or the whole database, at exact points, refuses statements, and notes what it is
 * asked for.
 */
public final class FaultyDataSource extends BareDataSource {

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
  private volatile Predicate<String> refused = statement -> false;
  private final List<String> statements = new CopyOnWriteArrayList<>();
  private volatile boolean noting;
  private final AtomicInteger commits = new AtomicInteger();

  /** A database that works. */
  public FaultyDataSource(String url) {
    this.url = url;
  }

  /** What was prepared since this was asked for last; nothing the first time. */
  public List<String> statements() {
    noting = true;
    List<String> noted = List.copyOf(statements);
    statements.clear();
    return noted;
  }

  /** From now on these fail. */
  public void refuse(Predicate<String> which) {
    refused = which;
  }

  /** How many COMMITs were asked for so far. */
  int commits() {
    return commits.get();
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
    AtomicBoolean dead = new AtomicBoolean();
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (dead.get()) {
                // Payara's pool says so in this way, whatever it is asked.
                throw new UndeclaredThrowableException(
                    new InvocationTargetException(
                        new SQLException("This connection has been closed", "08003")));
              }
              if (!method.getName().equals("commit")) {
                return invoke(connection, method, arguments);
              }
              try {
                return commit(connection);
              } catch (SQLException e) {
                dead.set(true);
                if (connection != pending) {
                  connection.close();
                }
                throw e;
              }
            });
  }

  private Object commit(Connection connection) throws SQLException {
    commits.incrementAndGet();
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
    if (method.getName().equals("prepareStatement")) {
      note((String) arguments[0]);
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

  private void note(String statement) throws SQLException {
    if (noting) {
      statements.add(statement);
    }
    if (refused.test(statement)) {
      throw new SQLException("refused by the test");
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
}
