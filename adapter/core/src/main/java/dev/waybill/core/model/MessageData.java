package dev.waybill.core.model;

import dev.waybill.api.ContentType;
import dev.waybill.api.DeadLetter;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * What a stored message holds: the same for every group and every attempt.
 *
 * @param id the id given at the send
 * @param queue where it is now
 * @param position its place, unique in the store
 * @param timestamp when it was sent
 * @param contentType how the body is encoded
 * @param body the encoded body; not copied, not to be changed
 * @param headers as sent, values String, Long, Double or Boolean
 * @param priority 0 to 9
 * @param correlationId null if none
 * @param deadLetter why it is here, if this is a dead-letter queue; else null
 * @param orderingKey null if none
 * @param producerId of the stream it was sent in; null if none
 * @param sequence its number in that stream; 0 if none
 */
@SuppressWarnings("ArrayRecordComponent")
public record MessageData(
    UUID id,
    QueueName queue,
    long position,
    Instant timestamp,
    ContentType contentType,
    byte[] body,
    Map<String, Object> headers,
    int priority,
    String correlationId,
    DeadLetter deadLetter,
    String orderingKey,
    String producerId,
    long sequence) {

  /** The {@link LineKey} of its line; null if none: dead letters are not held in order. */
  public String lineKey() {
    return deadLetter == null ? LineKey.of(orderingKey, producerId) : null;
  }
}
