package dev.waybill.ra.outbound;

/** The handle of a {@link QueueManagedConnection}. */
public final class QueueConnectionHandle implements QueueConnection {

  private QueueManagedConnection managed;

  QueueConnectionHandle(QueueManagedConnection managed) {
    this.managed = managed;
  }

  /** Moves the handle to another managed connection, or with null makes it dead. */
  synchronized void associate(QueueManagedConnection other) {
    managed = other;
  }

  synchronized QueueManagedConnection managed() {
    return managed;
  }

  @Override
  public void close() {
    QueueManagedConnection closing;
    synchronized (this) {
      closing = managed;
      managed = null;
    }
    if (closing != null) {
      closing.closed(this);
    }
  }
}
