package dev.waybill.core.store;

import dev.waybill.api.AttemptOutcome;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How an attempt failed.
 *
 * @param outcome FAILED or EXPIRED
 * @param error for people: class and message of the exception, or what happened
 * @param wish what the consumer had asked for before its transaction rolled back, or what the kind
 *     of failure demands
 */
public record AttemptFailure(AttemptOutcome outcome, String error, Wish wish) {

  /** Checks that no part is missing. */
  public AttemptFailure {
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(error, "error");
    Objects.requireNonNull(wish, "wish");
  }

  /** What shall follow a failed attempt. */
  public sealed interface Wish {

    /**
     * Another attempt as far as the policy allows.
     *
     * @param delay replaces the policy's delay
     */
    record TryAgain(Optional<Duration> delay) implements Wish {}

    /** No further attempt: the dead-letter queue, or dead (rejected, malformed). */
    record GiveUp() implements Wish {}

    /** No wish: the policy decides. */
    static Wish bySchedule() {
      return new TryAgain(Optional.empty());
    }
  }

  /** A failure that follows the schedule. */
  public static AttemptFailure bySchedule(String error) {
    return new AttemptFailure(AttemptOutcome.FAILED, error, Wish.bySchedule());
  }

  /** A failure that trying again would not mend. */
  public static AttemptFailure givenUp(String error) {
    return new AttemptFailure(AttemptOutcome.FAILED, error, new Wish.GiveUp());
  }
}
