package dev.waybill.testkit.connections;

import java.sql.Connection;
import java.sql.SQLException;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * Lets a connection without XA take part in a transaction: alone it commits in one phase, beside
 * others it commits last.
 */
final class LocalXaResource implements XAResource {

  private final Connection connection;

  LocalXaResource(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void start(Xid xid, int flags) throws XAException {
    try {
      connection.setAutoCommit(false);
    } catch (SQLException e) {
      throw failure(XAException.XAER_RMFAIL, e);
    }
  }

  @Override
  public void end(Xid xid, int flags) {}

  @Override
  public int prepare(Xid xid) throws XAException {
    throw failure(XAException.XAER_PROTO, null);
  }

  @Override
  public void commit(Xid xid, boolean onePhase) throws XAException {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw failure(XAException.XAER_RMERR, e);
    }
  }

  @Override
  public void rollback(Xid xid) throws XAException {
    try {
      connection.rollback();
    } catch (SQLException e) {
      throw failure(XAException.XAER_RMERR, e);
    }
  }

  @Override
  public void forget(Xid xid) {}

  @Override
  public Xid[] recover(int flag) {
    return new Xid[0];
  }

  @Override
  public boolean isSameRM(XAResource other) {
    return other == this;
  }

  @Override
  public int getTransactionTimeout() {
    return 0;
  }

  @Override
  public boolean setTransactionTimeout(int seconds) {
    return false;
  }

  private static XAException failure(int code, Exception cause) {
    XAException exception = new XAException("The local transaction failed: " + cause);
    exception.errorCode = code;
    exception.initCause(cause);
    return exception;
  }
}
