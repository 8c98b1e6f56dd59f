package dev.waybill.core.store.sql;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.List;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * Connections of one JDBC driver, without {@link DriverManager}: drivers enter themselves there
 * when they are loaded, and an entry from the adapter's own class loader would keep that alive
 * after the adapter is undeployed. Such an entry is taken out again at once.
 */
final class DriverSource implements DataSource {

  private final Driver driver;
  private final String url;
  private final Properties properties = new Properties();
  private int loginTimeoutSeconds;

  private DriverSource(Driver driver, String url, String user, String password) {
    this.driver = driver;
    this.url = url;
    properties.setProperty("user", user);
    properties.setProperty("password", password);
  }

  static DriverSource of(Dialect dialect, String url, String user, String password) {
    ClassLoader own = DriverSource.class.getClassLoader();
    try {
      return new DriverSource(load(dialect.driverClass(), own), url, user, password);
    } catch (IllegalStateException e) {
      throw e.getCause() instanceof ClassNotFoundException ? missing(dialect, url, e) : e;
    }
  }

  private static QueueException missing(Dialect dialect, String url, IllegalStateException cause) {
    return new QueueException(
        Kind.INVALID,
        "The driver of url="
            + Pool.withoutPassword(url)
            + " ("
            + dialect.driverClass()
            + ") is neither in the adapter nor in the server. Add the jar "
            + dialect.driverOfServer().orElse("with that class")
            + " to the libraries of the server (Payara Micro: --addlibs), or use a DataSource of"
            + " the server.",
        cause);
  }

  /**
   * Loads a driver and takes its entry out of the list of drivers, unless its loader is that of the
   * process itself, which is never undeployed.
   *
   * @param own the loader that finds it; a driver that comes from another one, such as the
   *     server's, keeps its entry
   */
  static Driver load(String driverClass, ClassLoader own) {
    try {
      Driver driver =
          (Driver) Class.forName(driverClass, true, own).getDeclaredConstructor().newInstance();
      if (own != ClassLoader.getSystemClassLoader()) {
        // Listing the drivers loads, and so enters, those of ours whose names are in the list.
        entries(own);
        for (Driver entry : entries(own)) {
          DriverManager.deregisterDriver(entry);
        }
      }
      return driver;
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("The driver " + driverClass + " fails", e.getCause());
    } catch (ReflectiveOperationException | SQLException e) {
      throw new IllegalStateException("The driver " + driverClass + " cannot be loaded", e);
    }
  }

  private static List<Driver> entries(ClassLoader own) {
    return DriverManager.drivers()
        .filter(entry -> entry.getClass().getClassLoader() == own)
        .filter(entry -> Dialect.isDriver(entry.getClass().getName()))
        .toList();
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection connection = driver.connect(url, properties);
    if (connection == null) {
      throw new SQLException(driver.getClass().getName() + " does not take this URL", "08001");
    }
    return connection;
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
  public void setLoginTimeout(int seconds) {
    loginTimeoutSeconds = seconds;
  }

  @Override
  public int getLoginTimeout() {
    return loginTimeoutSeconds;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return driver.getParentLogger();
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
