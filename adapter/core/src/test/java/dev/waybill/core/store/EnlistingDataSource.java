package dev.waybill.core.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.UndeclaredThrowableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A container's JTA DataSource: in a transaction, every connection is a handle of the same session,
 * and only the container commits it.
 */
final class EnlistingDataSource extends BareDataSource {

  private static final Set<String> FORBIDDEN = Set.of("commit", "rollback", "setAutoCommit");

  private final String url;
  private Connection session;
  private Thread owner;
  private int sessions;
  private boolean claimsAutoCommit;
  private boolean claimsReadOnly;
  private boolean failing;
  private boolean dying;
  private boolean dead;
  private int isolationAsked;
  private final List<String> failed = new ArrayList<>();
  private final List<String> prepared = new ArrayList<>();

  EnlistingDataSource(String url) {
    this.url = url;
  }

  void begin() throws SQLException {
    session = new Jdbc(url).connect();
    session.setAutoCommit(false);
    owner = Thread.currentThread();
    sessions++;
  }

  void commit() throws SQLException {
    session.commit();
    end();
  }

  void rollback() throws SQLException {
    session.rollback();
    end();
  }

  private void end() throws SQLException {
    session.close();
    session = null;
  }

  boolean isOpen() throws SQLException {
    return session != null && !session.isClosed();
  }

  Connection current() {
    return session;
  }

  int sessions() {
    return sessions;
  }

  /** How often somebody asked for the isolation, which is a round trip. */
  int isolationAsked() {
    return isolationAsked;
  }

  /** The statements that failed. */
  List<String> failed() {
    return failed;
  }

  /** The statements of all transactions. */
  List<String> prepared() {
    return prepared;
  }

  void claimAutoCommit() {
    claimsAutoCommit = true;
  }

  void claimReadOnly() {
    claimsReadOnly = true;
  }

  void failStatements() {
    failing = true;
  }

  /** The session ends at its next statement, and says so in the way of Payara's pool. */
  void die() {
    dying = true;
  }

  void execute(String sql) throws SQLException {
    try (Connection handle = getConnection()) {
      handle.createStatement().execute(sql);
    }
  }

  @Override
  public Connection getConnection() throws SQLException {
    if (session == null || Thread.currentThread() != owner) {
      return new Jdbc(url).connect();
    }
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Connection.class}, this::invoke);
  }

  private Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    String name = method.getName();
    if (dead) {
      throw new UndeclaredThrowableException(
          new InvocationTargetException(
              new SQLException("This connection has been closed", "08003")));
    }
    if (dying && name.equals("prepareStatement")) {
      dead = true;
      throw new SQLException("Terminated", "08006");
    }
    if (FORBIDDEN.contains(name)) {
      throw new SQLException(name + " is not allowed in a container's transaction");
    }
    if (name.equals("close")) {
      return null;
    }
    if (name.equals("getTransactionIsolation")) {
      isolationAsked++;
    }
    if (name.equals("getAutoCommit") && claimsAutoCommit) {
      return true;
    }
    if (name.equals("isReadOnly") && claimsReadOnly) {
      return true;
    }
    if (name.equals("prepareStatement")) {
      prepared.add((String) arguments[0]);
    }
    if (name.equals("prepareStatement") && failing) {
      failed.add((String) arguments[0]);
      throw new SQLException("Deadlock", "40001");
    }
    try {
      return method.invoke(session, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
