package dev.waybill.core.model;

import dev.waybill.api.QueueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * When a failed message is tried again, and where it goes when it is given up.
 *
 * @param schedule the delays between attempts
 * @param maxAttempts how many attempts in all; empty: as the schedule says
 * @param deadLetterQueue where an exhausted or rejected message goes; empty: it is settled as dead
 */
public record RetryPolicy(
    Schedule schedule, OptionalInt maxAttempts, Optional<QueueName> deadLetterQueue) {

  /** Exponential, for ever, no dead-letter queue: what holds where nothing is said. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(new Schedule.Exponential(), OptionalInt.empty(), Optional.empty());

  /** The delays between attempts. */
  public sealed interface Schedule {

    /** 1 s, 2 s, 4 s … capped at 5 min. */
    record Exponential() implements Schedule {
      static final Duration CAP = Duration.ofMinutes(5);
    }

    /**
     * One delay after each failed attempt; n delays allow n + 1 attempts.
     *
     * @param delays at least one
     */
    record Listed(List<Duration> delays) implements Schedule {
      /** Copies the list. */
      public Listed {
        delays = List.copyOf(delays);
      }
    }

    /** No second attempt. */
    record None() implements Schedule {}
  }

  /** Checks that no part is missing. */
  public RetryPolicy {
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(maxAttempts, "maxAttempts");
    Objects.requireNonNull(deadLetterQueue, "deadLetterQueue");
  }

  /**
   * The policy of what was configured. No schedule and no dead-letter queue: {@link #DEFAULT}. A
   * dead-letter queue and neither schedule nor {@code maxAttempts}: straight to it. {@code
   * maxAttempts} alone means exponential.
   *
   * @param retrySchedule {@code exponential}, {@code none}, or delays such as {@code 0s,5s,10s}
   * @param maxAttempts 1 or more, only with the exponential schedule
   * @param deadLetterQueue where it goes when given up
   * @return the policy
   * @throws QueueException {@code INVALID}, naming {@code retrySchedule} or {@code maxAttempts}
   */
  public static RetryPolicy of(
      Optional<String> retrySchedule,
      OptionalInt maxAttempts,
      Optional<QueueName> deadLetterQueue) {
    if (maxAttempts.isPresent() && maxAttempts.getAsInt() < 1) {
      throw invalid("maxAttempts=" + maxAttempts.getAsInt() + " is below 1");
    }
    Schedule schedule;
    if (retrySchedule.isPresent()) {
      schedule = parseSchedule(retrySchedule.get());
    } else if (deadLetterQueue.isPresent() && maxAttempts.isEmpty()) {
      schedule = new Schedule.None();
    } else {
      schedule = new Schedule.Exponential();
    }
    if (maxAttempts.isPresent() && !(schedule instanceof Schedule.Exponential)) {
      throw invalid(
          "maxAttempts="
              + maxAttempts.getAsInt()
              + " stands beside retrySchedule="
              + retrySchedule.orElse("none")
              + ", which already says how many attempts there are. Remove maxAttempts, or use"
              + " retrySchedule=exponential");
    }
    return new RetryPolicy(schedule, maxAttempts, deadLetterQueue);
  }

  private static Schedule parseSchedule(String text) {
    String trimmed = text.trim();
    if (trimmed.equals("exponential")) {
      return new Schedule.Exponential();
    }
    if (trimmed.equals("none")) {
      return new Schedule.None();
    }
    List<Duration> delays = new ArrayList<>();
    for (String part : trimmed.split(",", -1)) {
      try {
        delays.add(DurationText.parse(part.trim()));
      } catch (QueueException e) {
        throw invalid(
            "retrySchedule="
                + text
                + " is neither exponential, none, nor a list of delays such as 0s,5s,10s. "
                + e.getMessage());
      }
    }
    return new Schedule.Listed(delays);
  }

  private static QueueException invalid(String message) {
    return new QueueException(QueueException.Kind.INVALID, message);
  }

  /** Whether an attempt with this number has no successor. */
  public boolean isLast(int attempt) {
    if (maxAttempts.isPresent()) {
      return attempt >= maxAttempts.getAsInt();
    }
    if (schedule instanceof Schedule.Listed listed) {
      return attempt > listed.delays().size();
    }
    return schedule instanceof Schedule.None;
  }

  /** Whether a message under this policy has exactly one attempt. */
  public boolean singleAttempt() {
    return isLast(1);
  }

  /**
   * What follows an attempt that did not complete.
   *
   * @param attempt its number, from 1
   * @param asked a delay the consumer asked for, which replaces the schedule's but not the number
   *     of attempts
   * @return what to do
   */
  public RetryVerdict afterFailure(int attempt, Optional<Duration> asked) {
    if (isLast(attempt)) {
      return giveUp();
    }
    return new RetryVerdict.Again(asked.orElseGet(() -> scheduledDelay(attempt)));
  }

  /** What follows a rejection: the dead-letter queue, or dead where there is none. */
  public RetryVerdict giveUp() {
    return deadLetterQueue
        .<RetryVerdict>map(RetryVerdict.ToDeadLetterQueue::new)
        .orElseGet(RetryVerdict.Dead::new);
  }

  private Duration scheduledDelay(int attempt) {
    if (schedule instanceof Schedule.Listed listed) {
      return listed.delays().get(attempt - 1);
    }
    int doublings = Math.min(attempt - 1, 30);
    Duration delay = Duration.ofSeconds(1L << doublings);
    return delay.compareTo(Schedule.Exponential.CAP) > 0 ? Schedule.Exponential.CAP : delay;
  }

  /** The policy as one line, for the store and for logs; {@link #decode} reads it. */
  public String encode() {
    String text = "schedule=" + scheduleText();
    if (maxAttempts.isPresent()) {
      text += ";maxAttempts=" + maxAttempts.getAsInt();
    }
    if (deadLetterQueue.isPresent()) {
      text += ";deadLetterQueue=" + deadLetterQueue.get();
    }
    return text;
  }

  private String scheduleText() {
    if (schedule instanceof Schedule.Listed listed) {
      return listed.delays().stream().map(DurationText::format).collect(Collectors.joining(","));
    }
    return schedule instanceof Schedule.None ? "none" : "exponential";
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @param text an encoded policy
   * @return the policy
   */
  public static RetryPolicy decode(String text) {
    Optional<String> schedule = Optional.empty();
    OptionalInt maxAttempts = OptionalInt.empty();
    Optional<QueueName> deadLetterQueue = Optional.empty();
    for (String part : text.split(";", -1)) {
      int equals = part.indexOf('=');
      String value = part.substring(equals + 1);
      switch (part.substring(0, equals)) {
        case "schedule" -> schedule = Optional.of(value);
        case "maxAttempts" -> maxAttempts = OptionalInt.of(Integer.parseInt(value));
        case "deadLetterQueue" -> deadLetterQueue = Optional.of(QueueName.parse(value));
        default -> throw new IllegalArgumentException("Not a retry policy: " + text);
      }
    }
    return of(schedule, maxAttempts, deadLetterQueue);
  }
}
