package dev.waybill.testkit.connections;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;

/** What an application holds: closing it does not end the session. */
final class ConnectionHandle implements InvocationHandler {

  private final Connection session;
  private final Runnable onClose;
  private final boolean enlisted;
  private final boolean autoCommitReadsTrue;
  private volatile boolean closed;

  private ConnectionHandle(
      Connection session, Runnable onClose, boolean enlisted, boolean autoCommitReadsTrue) {
    this.session = session;
    this.onClose = onClose;
    this.enlisted = enlisted;
    this.autoCommitReadsTrue = autoCommitReadsTrue;
  }

  /** A handle whose close runs an action, on a session in no transaction. */
  static Connection of(Connection session, Runnable onClose) {
    return proxy(new ConnectionHandle(session, onClose, false, false));
  }

  /** A handle on a session that the transaction manager commits. */
  static Connection enlisted(Connection session, boolean autoCommitReadsTrue) {
    return proxy(new ConnectionHandle(session, () -> {}, true, autoCommitReadsTrue));
  }

  private static Connection proxy(ConnectionHandle handle) {
    return (Connection)
        Proxy.newProxyInstance(
            ConnectionHandle.class.getClassLoader(), new Class<?>[] {Connection.class}, handle);
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    switch (method.getName()) {
      case "close":
        if (!closed) {
          closed = true;
          onClose.run();
        }
        return null;
      case "isClosed":
        return closed || session.isClosed();
      case "equals":
        return proxy == arguments[0];
      case "hashCode":
        return System.identityHashCode(proxy);
      case "toString":
        return "ConnectionHandle[" + session + "]";
      default:
        if (closed) {
          throw new SQLException("The connection handle is closed", "08003");
        }
        return enlisted ? invokeEnlisted(method, arguments) : call(method, arguments);
    }
  }

  private Object invokeEnlisted(Method method, Object[] arguments) throws Throwable {
    switch (method.getName()) {
      case "commit", "rollback", "setSavepoint", "releaseSavepoint":
        throw new SQLException(method.getName() + " inside a transaction of the container");
      case "setAutoCommit":
        if ((boolean) arguments[0]) {
          throw new SQLException("setAutoCommit(true) inside a transaction of the container");
        }
        return null;
      case "getAutoCommit":
        return autoCommitReadsTrue;
      default:
        return call(method, arguments);
    }
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(session, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
