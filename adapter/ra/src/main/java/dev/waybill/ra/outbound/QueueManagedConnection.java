package dev.waybill.ra.outbound;

import dev.waybill.api.QueueException;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.DissociatableManagedConnection;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionMetaData;
import jakarta.resource.spi.ResourceAdapterInternalException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.security.auth.Subject;
import javax.transaction.xa.XAResource;

/**
 * A physical connection that is none: it holds the XAResource through which the container enlists
 * the adapter (Jakarta Connectors 2.1, chapters 6.5.4 and 7.5), and its handles. Opening it costs
 * nothing.
 */
public final class QueueManagedConnection
    implements ManagedConnection, DissociatableManagedConnection {

  private final QueueConnectionFactory factory;
  private final Set<QueueConnectionHandle> handles = ConcurrentHashMap.newKeySet();
  private final List<ConnectionEventListener> listeners = new CopyOnWriteArrayList<>();
  private XAResource xaResource;
  private PrintWriter logWriter;

  QueueManagedConnection(QueueConnectionFactory factory) {
    this.factory = Objects.requireNonNull(factory, "factory");
  }

  boolean isOf(QueueConnectionFactory other) {
    return factory.equals(other);
  }

  @Override
  public Object getConnection(Subject subject, ConnectionRequestInfo info) {
    QueueConnectionHandle handle = new QueueConnectionHandle(this);
    handles.add(handle);
    return handle;
  }

  @Override
  public void associateConnection(Object connection) throws ResourceException {
    if (!(connection instanceof QueueConnectionHandle handle)) {
      throw new ResourceAdapterInternalException("Not a connection of Waybill: " + connection);
    }
    QueueManagedConnection before = handle.managed();
    if (before != null) {
      before.handles.remove(handle);
    }
    handle.associate(this);
    handles.add(handle);
  }

  @Override
  public void dissociateConnections() {
    handles.forEach(handle -> handle.associate(null));
    handles.clear();
  }

  /** Forgets the handles; an open branch is the transaction's, not the connection's. */
  @Override
  public void cleanup() {
    dissociateConnections();
  }

  @Override
  public void destroy() {
    dissociateConnections();
    listeners.clear();
  }

  void closed(QueueConnectionHandle handle) {
    handles.remove(handle);
    ConnectionEvent event = new ConnectionEvent(this, ConnectionEvent.CONNECTION_CLOSED);
    event.setConnectionHandle(handle);
    tell(listener -> listener.connectionClosed(event));
  }

  private void tell(Consumer<ConnectionEventListener> event) {
    new ArrayList<>(listeners).forEach(event);
  }

  @Override
  public void addConnectionEventListener(ConnectionEventListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
  }

  @Override
  public void removeConnectionEventListener(ConnectionEventListener listener) {
    listeners.remove(listener);
  }

  /** The same XAResource for the life of the connection. */
  @Override
  public synchronized XAResource getXAResource() throws ResourceException {
    if (xaResource == null) {
      try {
        xaResource = factory.services().newXaResource();
      } catch (QueueException e) {
        throw new ResourceAdapterInternalException(e.getMessage(), e);
      }
    }
    return xaResource;
  }

  @Override
  public LocalTransaction getLocalTransaction() throws ResourceException {
    throw new NotSupportedException(
        "A connector pool with transactionSupport=LocalTransaction cannot take part in Jakarta"
            + " Transactions. Set transactionSupport = XATransaction in"
            + " @ConnectionFactoryDefinition, or --transactionsupport XATransaction on the pool.");
  }

  @Override
  public ManagedConnectionMetaData getMetaData() {
    return new QueueMetaData();
  }

  @Override
  public synchronized void setLogWriter(PrintWriter out) {
    logWriter = out;
  }

  @Override
  public synchronized PrintWriter getLogWriter() {
    return logWriter;
  }
}
