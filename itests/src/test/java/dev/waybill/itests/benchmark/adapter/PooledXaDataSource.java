package dev.waybill.itests.benchmark.adapter;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Logger;
import javax.sql.ConnectionEventListener;
import javax.sql.StatementEventListener;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import javax.transaction.xa.XAResource;

/** Keeps XA connections open between transactions, as the pools of servers do. */
final class PooledXaDataSource implements XADataSource, AutoCloseable {

  private final XADataSource driver;
  private final Queue<XAConnection> idle = new ConcurrentLinkedQueue<>();

  PooledXaDataSource(XADataSource driver) {
    this.driver = driver;
  }

  @Override
  public XAConnection getXAConnection() throws SQLException {
    XAConnection connection = idle.poll();
    return new Pooled(connection == null ? driver.getXAConnection() : connection);
  }

  @Override
  public XAConnection getXAConnection(String user, String password) throws SQLException {
    throw new SQLException("The credentials are the driver's: use getXAConnection()");
  }

  /** Goes back when it is closed. */
  private final class Pooled implements XAConnection {

    private final XAConnection physical;

    Pooled(XAConnection physical) {
      this.physical = physical;
    }

    @Override
    public XAResource getXAResource() throws SQLException {
      return physical.getXAResource();
    }

    @Override
    public Connection getConnection() throws SQLException {
      return physical.getConnection();
    }

    @Override
    public void close() {
      idle.add(physical);
    }

    @Override
    public void addConnectionEventListener(ConnectionEventListener listener) {
      physical.addConnectionEventListener(listener);
    }

    @Override
    public void removeConnectionEventListener(ConnectionEventListener listener) {
      physical.removeConnectionEventListener(listener);
    }

    @Override
    public void addStatementEventListener(StatementEventListener listener) {
      physical.addStatementEventListener(listener);
    }

    @Override
    public void removeStatementEventListener(StatementEventListener listener) {
      physical.removeStatementEventListener(listener);
    }
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
  public Logger getParentLogger() {
    return Logger.getLogger("dev.waybill.itests");
  }

  @Override
  public void close() throws SQLException {
    for (XAConnection each = idle.poll(); each != null; each = idle.poll()) {
      each.close();
    }
  }
}
