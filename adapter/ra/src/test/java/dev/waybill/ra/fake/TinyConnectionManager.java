package dev.waybill.ra.fake;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;

/** A pool of any size; enlists what it hands out if it is an XATransaction pool. */
public final class TinyConnectionManager implements ConnectionManager, ConnectionEventListener {

  private static final long serialVersionUID = 1L;

  /** What the pool's transactionSupport is. */
  public enum Support {
    XA_TRANSACTION,
    LOCAL_TRANSACTION,
    NO_TRANSACTION
  }

  public int allocated;
  public int closed;
  public ResourceException failure;

  private final transient TinyTransactions transactions;
  private final Support support;

  public TinyConnectionManager(TinyTransactions transactions, Support support) {
    this.transactions = transactions;
    this.support = support;
  }

  @Override
  public Object allocateConnection(ManagedConnectionFactory factory, ConnectionRequestInfo info)
      throws ResourceException {
    if (failure != null) {
      throw failure;
    }
    ManagedConnection connection = factory.createManagedConnection(null, info);
    connection.addConnectionEventListener(this);
    switch (support) {
      case XA_TRANSACTION -> transactions.enlist(connection.getXAResource());
      case LOCAL_TRANSACTION -> connection.getLocalTransaction().begin();
      case NO_TRANSACTION -> {}
    }
    allocated++;
    return connection.getConnection(null, info);
  }

  @Override
  public void connectionClosed(ConnectionEvent event) {
    closed++;
  }

  @Override
  public void localTransactionStarted(ConnectionEvent event) {}

  @Override
  public void localTransactionCommitted(ConnectionEvent event) {}

  @Override
  public void localTransactionRolledback(ConnectionEvent event) {}

  @Override
  public void connectionErrorOccurred(ConnectionEvent event) {}
}
