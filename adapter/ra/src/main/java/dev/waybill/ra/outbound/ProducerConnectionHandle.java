package dev.waybill.ra.outbound;

/** The handle of a {@link ProducerManagedConnection}. */
public final class ProducerConnectionHandle implements ProducerConnection {

  private ProducerManagedConnection managed;

  ProducerConnectionHandle(ProducerManagedConnection managed) {
    this.managed = managed;
  }

  /** Moves the handle to another managed connection, or with null makes it dead. */
  synchronized void associate(ProducerManagedConnection other) {
    managed = other;
  }

  synchronized ProducerManagedConnection managed() {
    return managed;
  }

  @Override
  public void close() {
    ProducerManagedConnection closing;
    synchronized (this) {
      closing = managed;
      managed = null;
    }
    if (closing != null) {
      closing.closed(this);
    }
  }
}
