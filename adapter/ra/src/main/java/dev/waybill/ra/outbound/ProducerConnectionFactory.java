package dev.waybill.ra.outbound;

import jakarta.resource.spi.ConnectionManager;

/** Makes producers. */
public class ProducerConnectionFactory extends QueueConnectionFactory {

  private static final long serialVersionUID = 1L;

  private transient Sessions<SendingSession> sessions;

  @Override
  public Object createConnectionFactory(ConnectionManager connectionManager) {
    return new JndiQueueProducer(this, connectionManager);
  }

  @Override
  String product() {
    return "QueueProducer";
  }

  @Override
  String done() {
    return "sent";
  }

  /** What its producers send with. */
  synchronized Sessions<SendingSession> sessions() {
    if (sessions == null) {
      sessions = new Sessions<>("sends", this::caller, SendingSession::of);
    }
    return sessions;
  }
}
