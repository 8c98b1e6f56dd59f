package dev.waybill.api;

import java.time.Duration;
import java.util.Objects;
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

  /** Checks that outcome and delay are there. */
  public Settlement {
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(delay, "delay");
  }

  /** As {@link QueueReceiver#ack}. */
  public static Settlement ack(String lease) {
    return new Settlement(lease, Outcome.COMPLETE, Optional.empty(), null);
  }

  /** As {@link QueueReceiver#retry(String)}. */
  public static Settlement retry(String lease) {
    return new Settlement(lease, Outcome.RETRY, Optional.empty(), null);
  }

  /** As {@link QueueReceiver#retry(String, Duration)}; a null delay is refused there. */
  public static Settlement retry(String lease, Duration delay) {
    return new Settlement(
        lease, Outcome.RETRY, Optional.of(Objects.requireNonNull(delay, "delay")), null);
  }

  /** As {@link QueueReceiver#reject}. */
  public static Settlement reject(String lease, String reason) {
    return new Settlement(lease, Outcome.REJECT, Optional.empty(), reason);
  }
}
