package dev.waybill.testkit.outbound;

import dev.waybill.testkit.faults.RecordingXaResource;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ManagedConnectionMetaData;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.security.auth.Subject;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** The least a managed connection factory can be. */
final class TinyFactory implements ManagedConnectionFactory {

  private static final long serialVersionUID = 1L;

  /** The connection factory of an application. */
  interface Opener {
    Handle open() throws ResourceException;
  }

  /** What an application holds. */
  record Handle(TinyConnection connection) implements AutoCloseable {
    @Override
    public void close() {
      connection.closed(this);
    }
  }

  final transient List<TinyConnection> made = new ArrayList<>();
  transient boolean sameResourceManager;

  @Override
  public Object createConnectionFactory(ConnectionManager manager) {
    return (Opener) () -> (Handle) manager.allocateConnection(this, null);
  }

  @Override
  public Object createConnectionFactory() throws ResourceException {
    throw new ResourceException("Only in a container");
  }

  @Override
  public ManagedConnection createManagedConnection(Subject subject, ConnectionRequestInfo info) {
    TinyConnection connection = new TinyConnection(this);
    made.add(connection);
    return connection;
  }

  @Override
  @SuppressWarnings("rawtypes")
  public ManagedConnection matchManagedConnections(
      Set candidates, Subject subject, ConnectionRequestInfo info) {
    return (ManagedConnection) candidates.iterator().next();
  }

  @Override
  public void setLogWriter(PrintWriter out) {}

  @Override
  public PrintWriter getLogWriter() {
    return null;
  }

  /** A managed connection that remembers what it was asked. */
  static final class TinyConnection implements ManagedConnection {

    final RecordingXaResource resource = new RecordingXaResource();
    final List<String> local = new ArrayList<>();
    int cleanups;
    boolean destroyed;
    boolean resourceAsked;
    private final TinyFactory factory;
    private final List<ConnectionEventListener> listeners = new ArrayList<>();

    TinyConnection(TinyFactory factory) {
      this.factory = factory;
    }

    void closed(Handle handle) {
      ConnectionEvent event = new ConnectionEvent(this, ConnectionEvent.CONNECTION_CLOSED);
      event.setConnectionHandle(handle);
      listeners.forEach(listener -> listener.connectionClosed(event));
    }

    @Override
    public Object getConnection(Subject subject, ConnectionRequestInfo info) {
      return new Handle(this);
    }

    @Override
    public void destroy() {
      destroyed = true;
    }

    @Override
    public void cleanup() {
      cleanups++;
    }

    @Override
    public void associateConnection(Object connection) {}

    @Override
    public void addConnectionEventListener(ConnectionEventListener listener) {
      listeners.add(listener);
    }

    @Override
    public void removeConnectionEventListener(ConnectionEventListener listener) {
      listeners.remove(listener);
    }

    @Override
    public XAResource getXAResource() {
      resourceAsked = true;
      return new Same(resource, factory);
    }

    @Override
    public LocalTransaction getLocalTransaction() {
      return new LocalTransaction() {
        @Override
        public void begin() {
          local.add("begin");
        }

        @Override
        public void commit() {
          local.add("commit");
        }

        @Override
        public void rollback() {
          local.add("rollback");
        }
      };
    }

    @Override
    public ManagedConnectionMetaData getMetaData() throws ResourceException {
      throw new ResourceException("None");
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public PrintWriter getLogWriter() {
      return null;
    }
  }

  /** Says that all connections of a factory are one resource manager, where asked. */
  private record Same(RecordingXaResource target, TinyFactory factory) implements XAResource {

    @Override
    public boolean isSameRM(XAResource other) {
      return factory.sameResourceManager && other instanceof Same;
    }

    @Override
    public void start(Xid xid, int flags) {
      target.start(xid, flags);
    }

    @Override
    public void end(Xid xid, int flags) {
      target.end(xid, flags);
    }

    @Override
    public int prepare(Xid xid) throws XAException {
      return target.prepare(xid);
    }

    @Override
    public void commit(Xid xid, boolean onePhase) {
      target.commit(xid, onePhase);
    }

    @Override
    public void rollback(Xid xid) {
      target.rollback(xid);
    }

    @Override
    public void forget(Xid xid) {
      target.forget(xid);
    }

    @Override
    public Xid[] recover(int flag) {
      return target.recover(flag);
    }

    @Override
    public int getTransactionTimeout() {
      return 0;
    }

    @Override
    public boolean setTransactionTimeout(int seconds) {
      return false;
    }
  }
}
