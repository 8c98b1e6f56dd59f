package dev.waybill.api;

import dev.waybill.api.QueueException.Kind;
import java.time.Duration;
import java.util.Optional;

/**
 * How one lease is to end, for {@link QueueReceiver#settle}. Checked there.
 *
 * @param lease what {@link ReceivedMessage#lease} gave
 * @param outcome complete, retry or reject
 * @param delay of a retry: replaces the schedule's; empty: by the schedule
 * @param reason of a rejection, for people
 */
public record Settlement(String lease, Outcome outcome, Optional<Duration> delay, String reason) {

  /** What becomes of the message. */
  public enum Outcome {
    /** It is done. */
    COMPLETE,
    /** It is tried again. */
    RETRY,
    /** It is given up. */
    REJECT
  }

  /** Checks that outcome and delay are there; else {@code INVALID}. */
  public Settlement {
    if (outcome == null) {
      throw new QueueException(
          Kind.INVALID,
          "The outcome of a settlement is null. Accepted: COMPLETE, RETRY and REJECT.");
    }
    if (delay == null) {
      throw new QueueException(
          Kind.INVALID,
          "The delay of a settlement is null. Give Optional.empty() for a retry by the schedule.");
    }
  }

  /** As {@link QueueReceiver#ack}. */
  public static Settlement ack(String lease) {
    return new Settlement(lease, Outcome.COMPLETE, Optional.empty(), null);
  }

  /** As {@link QueueReceiver#retry(String)}. */
  public static Settlement retry(String lease) {
    return new Settlement(lease, Outcome.RETRY, Optional.empty(), null);
  }

  /** As {@link QueueReceiver#retry(String, Duration)}; {@code INVALID} if the delay is null. */
  public static Settlement retry(String lease, Duration delay) {
    if (delay == null) {
      throw new QueueException(Kind.INVALID, "retry(lease, null): give a delay, or leave it out.");
    }
    return new Settlement(lease, Outcome.RETRY, Optional.of(delay), null);
  }

  /** As {@link QueueReceiver#reject}. */
  public static Settlement reject(String lease, String reason) {
    return new Settlement(lease, Outcome.REJECT, Optional.empty(), reason);
  }
}
