package dev.waybill.core.model;

import dev.waybill.api.ContentType;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * A checked and encoded message on its way into the store.
 *
 * @param id its id, a UUID of version 7
 * @param queue where it goes; known to the store
 * @param timestamp when it was sent
 * @param contentType how the body is encoded
 * @param body the encoded body; not copied, not to be changed
 * @param headers values String, Long, Double or Boolean
 * @param priority 0 to 9
 * @param correlationId null if none
 * @param availableAt when it becomes available; not later than {@code timestamp}: at once
 * @param orderingKey null if none
 * @param deduplication null if it may be sent again
 * @param awaiter who waits for its settlement; null if nobody does
 * @param stream its place in a stream; null if it is in none
 */
@SuppressWarnings("ArrayRecordComponent")
public record NewMessage(
    UUID id,
    QueueName queue,
    Instant timestamp,
    ContentType contentType,
    byte[] body,
    Map<String, Object> headers,
    int priority,
    String correlationId,
    Instant availableAt,
    String orderingKey,
    Deduplication deduplication,
    Awaiter awaiter,
    StreamPlace stream) {

  /** A message that nobody waits for, in no stream. */
  public NewMessage(
      UUID id,
      QueueName queue,
      Instant timestamp,
      ContentType contentType,
      byte[] body,
      Map<String, Object> headers,
      int priority,
      String correlationId,
      Instant availableAt,
      String orderingKey,
      Deduplication deduplication) {
    this(
        id,
        queue,
        timestamp,
        contentType,
        body,
        headers,
        priority,
        correlationId,
        availableAt,
        orderingKey,
        deduplication,
        null,
        null);
  }

  /** Whether it waits for its turn: in the line of its ordering key, or of its stream. */
  public boolean isInLine() {
    return orderingKey != null || stream != null;
  }

  /** The same, with somebody who waits for its settlement. */
  public NewMessage awaitedBy(Awaiter waiting) {
    return with(waiting, stream);
  }

  /** The same message in a stream. */
  public NewMessage at(StreamPlace place) {
    return with(awaiter, place);
  }

  private NewMessage with(Awaiter waiting, StreamPlace place) {
    return new NewMessage(
        id,
        queue,
        timestamp,
        contentType,
        body,
        headers,
        priority,
        correlationId,
        availableAt,
        orderingKey,
        deduplication,
        waiting,
        place);
  }

  /**
   * What makes a send idempotent.
   *
   * @param id not blank, 255 characters at most
   * @param window how long it is remembered after the commit
   */
  public record Deduplication(String id, Duration window) {}
}
