package dev.waybill.ra.outbound;

import dev.waybill.api.QueueException;
import dev.waybill.ra.AdapterServices;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterAssociation;
import jakarta.resource.spi.ResourceAdapterInternalException;
import java.io.PrintWriter;
import java.util.Set;
import javax.security.auth.Subject;

/**
 * Makes what applications inject, and its managed connections (Jakarta Connectors 2.1, chapter
 * 6.5.3). It has no properties, so two of a kind are equal if they belong to the same adapter.
 * Nothing of the adapter is used before the first call: servers make connection factories before
 * they start the adapter.
 */
public abstract class QueueConnectionFactory
    implements ManagedConnectionFactory, ResourceAdapterAssociation {

  private static final long serialVersionUID = 1L;

  private transient volatile ResourceAdapter resourceAdapter;
  private transient volatile PrintWriter logWriter;

  @Override
  public ResourceAdapter getResourceAdapter() {
    return resourceAdapter;
  }

  @Override
  public void setResourceAdapter(ResourceAdapter adapter) throws ResourceException {
    if (!(adapter instanceof AdapterServices)) {
      throw new ResourceAdapterInternalException("Not a Waybill resource adapter: " + adapter);
    }
    resourceAdapter = adapter;
  }

  /**
   * What the adapter offers.
   *
   * @throws QueueException {@code UNAVAILABLE} if the container has not associated one
   */
  AdapterServices services() {
    if (resourceAdapter instanceof AdapterServices services) {
      return services;
    }
    throw new QueueException(
        QueueException.Kind.UNAVAILABLE,
        "The server has not associated this "
            + product()
            + " with its resource adapter. Deploy waybill.rar"
            + " before the application, and name it in resourceAdapter.");
  }

  /** What it makes, as applications call it: the simple name of its interface. */
  abstract String product();

  /** What is done in transactions with what it makes: sent, settled. */
  abstract String done();

  /** The product and the calling application, for people. */
  String caller() {
    return Callers.named(product());
  }

  @Override
  public Object createConnectionFactory() throws ResourceException {
    throw new NotSupportedException(
        "Waybill's "
            + product()
            + "s need a container: its ConnectionManager enlists them in transactions.");
  }

  @Override
  public ManagedConnection createManagedConnection(Subject subject, ConnectionRequestInfo info) {
    return new QueueManagedConnection(this);
  }

  /** Any connection of this factory will do; subject and request carry nothing. */
  @Override
  public ManagedConnection matchManagedConnections(
      @SuppressWarnings("rawtypes") Set candidates, Subject subject, ConnectionRequestInfo info) {
    for (Object candidate : candidates) {
      if (candidate instanceof QueueManagedConnection connection && connection.isOf(this)) {
        return connection;
      }
    }
    return null;
  }

  @Override
  public void setLogWriter(PrintWriter out) {
    logWriter = out;
  }

  @Override
  public PrintWriter getLogWriter() {
    return logWriter;
  }

  @Override
  @SuppressWarnings("ReferenceEquality")
  public boolean equals(Object other) {
    return other instanceof QueueConnectionFactory factory
        && factory.getClass() == getClass()
        && factory.resourceAdapter == resourceAdapter;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(resourceAdapter);
  }
}
