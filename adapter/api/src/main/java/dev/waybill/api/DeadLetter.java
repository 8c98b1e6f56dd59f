package dev.waybill.api;

import java.time.Instant;
import java.util.Objects;

/**
 * Why a message is in a dead-letter queue.
 *
 * @param originQueue the queue it was sent to, {@code namespace:name}
 * @param originGroup the consumer group that gave it up
 * @param attempts how often that group had tried it
 * @param lastOutcome how the last attempt ended
 * @param lastError the last error or the reason given with {@link Message#reject(String)}, never
 *     null, possibly empty
 * @param at when it was dead-lettered
 */
public record DeadLetter(
    String originQueue,
    String originGroup,
    int attempts,
    AttemptOutcome lastOutcome,
    String lastError,
    Instant at) {

  /** Checks that no part is missing. */
  public DeadLetter {
    Objects.requireNonNull(originQueue, "originQueue");
    Objects.requireNonNull(originGroup, "originGroup");
    Objects.requireNonNull(lastOutcome, "lastOutcome");
    Objects.requireNonNull(lastError, "lastError");
    Objects.requireNonNull(at, "at");
  }
}
