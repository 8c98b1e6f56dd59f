package dev.waybill.testkit.faults;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.util.function.Consumer;

/** A connection with fault points, behind a proxy; its statements have them too. */
final class FaultyConnection {

  private final Connection physical;
  private final Faults faults;
  private final Consumer<FaultyConnection> closed;
  private volatile boolean lost;

  FaultyConnection(Connection physical, Faults faults, Consumer<FaultyConnection> closed) {
    this.physical = physical;
    this.faults = faults;
    this.closed = closed;
  }

  Connection proxy() {
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Connection.class}, this::invoke);
  }

  /** Cuts the connection: the database rolls its transaction back. */
  void lose() {
    lost = true;
    closed.accept(this);
    try {
      if (!physical.isClosed() && !physical.getAutoCommit()) {
        physical.rollback();
      }
      physical.close();
    } catch (SQLException e) {
      throw new IllegalStateException("The connection cannot be cut", e);
    }
  }

  private Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    switch (method.getName()) {
      case "close", "abort":
        closed.accept(this);
        return lost ? null : call(physical, method, arguments);
      case "isClosed":
        return lost || physical.isClosed();
      case "isValid":
        return !lost && (boolean) call(physical, method, arguments);
      case "equals":
        return proxy == arguments[0];
      case "hashCode":
        return System.identityHashCode(proxy);
      case "toString":
        return "FaultyConnection[" + physical + (lost ? ", lost]" : "]");
      case "commit":
        reach(FaultPoint.BEFORE_SQL_COMMIT);
        requireNotLost();
        call(physical, method, arguments);
        reach(FaultPoint.AFTER_SQL_COMMIT);
        requireNotLost();
        return null;
      default:
        requireNotLost();
        Object result = call(physical, method, arguments);
        return result instanceof Statement statement ? guard(statement, method) : result;
    }
  }

  private Object guard(Statement statement, Method creator) {
    return Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {creator.getReturnType()},
        (proxy, method, arguments) -> {
          if (method.getName().startsWith("execute")) {
            reach(FaultPoint.BEFORE_STATEMENT);
          }
          if (!method.getName().equals("close")) {
            requireNotLost();
          }
          return call(statement, method, arguments);
        });
  }

  private void reach(FaultPoint point) throws SQLException {
    try {
      faults.reach(point);
    } catch (SQLException e) {
      lose();
      throw e;
    } catch (Exception e) {
      lose();
      throw lostConnection(e);
    }
  }

  private void requireNotLost() throws SQLException {
    if (lost) {
      throw lostConnection(null);
    }
  }

  private static SQLException lostConnection(Exception cause) {
    return new SQLNonTransientConnectionException("The connection is lost", "08006", cause);
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
