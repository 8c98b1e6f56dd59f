package dev.waybill.api.cdi;

import dev.waybill.api.MessageStream;
import dev.waybill.api.OutgoingMessage;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** A stream whose messages all go to one queue. */
record StreamOfQueue(MessageStream stream, UnaryOperator<OutgoingMessage> addressed)
    implements MessageStream {

  @Override
  public String producerId() {
    return stream.producerId();
  }

  @Override
  public Sent send(OutgoingMessage message, Duration wait) {
    return stream.send(addressed.apply(message), wait);
  }

  @Override
  public Sent send(long sequence, OutgoingMessage message, Duration wait) {
    return stream.send(sequence, addressed.apply(message), wait);
  }

  @Override
  public long lastSequence() {
    return stream.lastSequence();
  }

  @Override
  public long lastAcknowledged() {
    return stream.lastAcknowledged();
  }

  @Override
  public void close() {
    stream.close();
  }
}
