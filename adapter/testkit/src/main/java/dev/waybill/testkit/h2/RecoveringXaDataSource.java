package dev.waybill.testkit.h2;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.h2.jdbcx.JdbcDataSource;

/**
 * H2's XA DataSource, able to roll back more than one branch when it recovers. H2's own (2.2.224
 * and 2.4.240) silently ignores every rollback of a connection but the first after {@code
 * recover()}; the others stay in doubt and keep their row locks. Here each recovered branch is
 * rolled back on a connection of its own.
 *
 * <p>For demonstrations and tests with two H2 databases. Put the jar of this class where the server
 * finds JDBC drivers, and name the class where {@code org.h2.jdbcx.JdbcDataSource} would stand.
 */
public class RecoveringXaDataSource implements XADataSource {

  private static final int ALL = XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN;

  private final JdbcDataSource database = new JdbcDataSource();

  /** The JDBC URL. */
  public void setUrl(String url) {
    database.setURL(url);
  }

  /** The database user. */
  public void setUser(String user) {
    database.setUser(user);
  }

  /** The password of the database user. */
  public void setPassword(String password) {
    database.setPassword(password);
  }

  @Override
  public XAConnection getXAConnection() throws SQLException {
    return recovering(database.getXAConnection());
  }

  @Override
  public XAConnection getXAConnection(String user, String password) throws SQLException {
    return recovering(database.getXAConnection(user, password));
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return database.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    database.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    database.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return database.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return database.getParentLogger();
  }

  private XAConnection recovering(XAConnection connection) throws SQLException {
    Set<String> started = ConcurrentHashMap.newKeySet();
    XAResource resource = proxy(XAResource.class, connection.getXAResource(), started);
    return (XAConnection)
        Proxy.newProxyInstance(
            RecoveringXaDataSource.class.getClassLoader(),
            new Class<?>[] {XAConnection.class},
            (self, method, arguments) ->
                method.getName().equals("getXAResource")
                    ? resource
                    : invoke(() -> method.invoke(connection, arguments)));
  }

  private <T> T proxy(Class<T> type, T resource, Set<String> started) {
    return type.cast(
        Proxy.newProxyInstance(
            RecoveringXaDataSource.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "isSameRM", "equals" -> arguments[0] == self;
                  case "start" -> {
                    started.add(text((Xid) arguments[0]));
                    yield invoke(() -> method.invoke(resource, arguments));
                  }
                  case "rollback" -> {
                    if (started.remove(text((Xid) arguments[0]))) {
                      yield invoke(() -> method.invoke(resource, arguments));
                    }
                    rollBackRecovered((Xid) arguments[0]);
                    yield null;
                  }
                  case "commit", "forget" -> {
                    started.remove(text((Xid) arguments[0]));
                    yield invoke(() -> method.invoke(resource, arguments));
                  }
                  default -> invoke(() -> method.invoke(resource, arguments));
                }));
  }

  private void rollBackRecovered(Xid xid) throws XAException {
    try {
      XAConnection fresh = database.getXAConnection();
      try {
        fresh.getXAResource().recover(ALL);
        fresh.getXAResource().rollback(xid);
      } finally {
        fresh.close();
      }
    } catch (SQLException e) {
      XAException unreachable = new XAException(XAException.XAER_RMFAIL);
      unreachable.initCause(e);
      throw unreachable;
    }
  }

  private interface Call {
    Object run() throws ReflectiveOperationException;
  }

  private static Object invoke(Call call) throws Throwable {
    try {
      return call.run();
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static String text(Xid xid) {
    HexFormat hex = HexFormat.of();
    return xid.getFormatId()
        + "."
        + hex.formatHex(xid.getGlobalTransactionId())
        + "."
        + hex.formatHex(xid.getBranchQualifier());
  }
}
