package dev.waybill.api;

import java.util.Objects;
import java.util.UUID;

/**
 * How a message was settled for a consumer group.
 *
 * @param messageId the message
 * @param outcome how it ended
 * @param reason why it was given up: the reason of {@link Message#reject}, or the last error; never
 *     null, empty unless {@link Outcome#DEAD_LETTERED}
 */
public record Confirmation(UUID messageId, Outcome outcome, String reason) {

  /** How a message ended. */
  public enum Outcome {
    /** A consumer completed it, and its transaction committed. */
    COMPLETED,
    /** It was given up: moved to the dead-letter queue, or kept as dead where there is none. */
    DEAD_LETTERED,
    /**
     * There is no such message, and the history knows nothing of it: its sender's transaction
     * rolled back, or it was settled so long ago that its history is pruned ({@code
     * deadRetention}).
     */
    UNKNOWN
  }

  /** Checks that no part is missing. */
  public Confirmation {
    Objects.requireNonNull(messageId, "messageId");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(reason, "reason");
  }
}
