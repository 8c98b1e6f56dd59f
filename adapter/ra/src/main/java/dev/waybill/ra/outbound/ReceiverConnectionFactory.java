package dev.waybill.ra.outbound;

import jakarta.resource.spi.ConnectionManager;

/** Makes receivers. */
public final class ReceiverConnectionFactory extends QueueConnectionFactory {

  private static final long serialVersionUID = 1L;

  private transient Sessions<ReceivingSession> sessions;

  @Override
  public Object createConnectionFactory(ConnectionManager connectionManager) {
    return new JndiQueueReceiver(this, connectionManager);
  }

  @Override
  String product() {
    return "QueueReceiver";
  }

  @Override
  String done() {
    return "settled";
  }

  /** What its receivers receive with. */
  synchronized Sessions<ReceivingSession> sessions() {
    if (sessions == null) {
      sessions = new Sessions<>("receives", this::caller, ReceivingSession::of);
    }
    return sessions;
  }
}
