package dev.waybill.core.delivery;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.ReceiveRequest;
import dev.waybill.core.model.DurationText;
import dev.waybill.core.model.GroupName;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A checked {@link ReceiveRequest}.
 *
 * @param queues one or more; they take turns
 * @param group the consumer group
 * @param count how many messages at most
 * @param patience how long to wait until there are as many
 * @param leaseDuration how long each lease lasts after the wait; empty: it is renewed
 * @param policy retries and dead letters
 */
record PullRequest(
    List<QueueName> queues,
    String group,
    int count,
    Duration patience,
    Optional<Duration> leaseDuration,
    RetryPolicy policy) {

  private static final int STANDARD_SIZE = 10;
  private static final int LARGEST_SIZE = 100;
  private static final Duration STANDARD_WAIT = Duration.ofSeconds(5);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
  private static final Duration STANDARD_LEASE = Duration.ofSeconds(30);
  private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);
  static final Duration LONGEST_LEASE = Duration.ofDays(365);

  /**
   * What {@code receive} is to do.
   *
   * @throws QueueException {@code INVALID}, naming the option
   */
  static PullRequest of(ReceiveRequest request) {
    requireThere(request);
    int size = request.batchSize().orElse(STANDARD_SIZE);
    if (size < 1 || size > LARGEST_SIZE) {
      throw invalid(
          "batchSize", String.valueOf(size), "is out of range", "1 to 100", "batchSize(10)");
    }
    Duration wait = request.batchWait().orElse(STANDARD_WAIT);
    requireBetween("batchWait", wait, Duration.ZERO, LONGEST_WAIT, STANDARD_WAIT);
    Duration lease = request.leaseDuration().orElse(STANDARD_LEASE);
    requireBetween("leaseDuration", lease, SHORTEST_LEASE, LONGEST_LEASE, STANDARD_LEASE);
    return checked(request, size, wait, Optional.of(lease));
  }

  /**
   * What a consumer is to do that takes one message after the other.
   *
   * @throws QueueException {@code INVALID}, naming the option
   */
  static PullRequest ofConsumer(ReceiveRequest request) {
    requireThere(request);
    refuse("batchSize", request.batchSize().isPresent());
    refuse("batchWait", request.batchWait().isPresent());
    refuse("leaseDuration", request.leaseDuration().isPresent());
    return checked(request, 1, Duration.ZERO, Optional.empty());
  }

  private static void requireThere(ReceiveRequest request) {
    if (request == null) {
      throw new QueueException(
          Kind.INVALID, "The request is null. Make one with ReceiveRequest.of(queue).");
    }
  }

  /** The same with another wait. */
  PullRequest waiting(Duration other) {
    return new PullRequest(queues, group, count, other, leaseDuration, policy);
  }

  private static PullRequest checked(
      ReceiveRequest request, int size, Duration wait, Optional<Duration> lease) {
    Set<QueueName> queues = new LinkedHashSet<>();
    request.queues().forEach(name -> queues.add(named(name)));
    if (queues.isEmpty()) {
      throw invalid(
          "queues", "", "names no queue", "one or more namespace:name", "from(\"app:orders\")");
    }
    String group = request.group().orElse(GroupName.DEFAULT);
    if (!group.equals(GroupName.DEFAULT)) {
      throw invalid(
          "group",
          group,
          GroupName.NOT_THERE,
          GroupName.DEFAULT,
          "group(\"default\"), or leave it out");
    }
    return new PullRequest(List.copyOf(queues), group, size, wait, lease, policy(request, queues));
  }

  private static RetryPolicy policy(ReceiveRequest request, Set<QueueName> queues) {
    Optional<QueueName> deadLetters = request.deadLetterQueue().map(PullRequest::named);
    if (deadLetters.isPresent() && queues.contains(deadLetters.get())) {
      throw invalid(
          "deadLetterQueue",
          deadLetters.get().toString(),
          "is one of the queues received from",
          "any other queue",
          "deadLetterQueue(\"" + deadLetters.get() + "-dlq\")");
    }
    try {
      return RetryPolicy.of(request.retrySchedule(), request.maxAttempts(), deadLetters);
    } catch (QueueException e) {
      throw about(e);
    }
  }

  private static QueueName named(String name) {
    try {
      return QueueName.parse(name);
    } catch (QueueException e) {
      throw about(e);
    }
  }

  private static QueueException about(QueueException e) {
    return new QueueException(e.kind(), "ReceiveRequest: " + e.getMessage(), e);
  }

  private static void requireBetween(
      String option, Duration given, Duration least, Duration most, Duration standard) {
    if (given.compareTo(least) < 0 || given.compareTo(most) > 0) {
      throw invalid(
          option,
          given.toString(),
          "is out of range",
          DurationText.format(least) + " to " + DurationText.format(most),
          "for example " + DurationText.format(standard));
    }
  }

  private static void refuse(String option, boolean given) {
    if (given) {
      throw new QueueException(
          Kind.INVALID,
          "ReceiveRequest: "
              + option
              + " is for receive(…) alone; a consumer takes one message at a time, waits as long as"
              + " next(timeout) says, and its lease is renewed. Leave "
              + option
              + " out for consumer(…).");
    }
  }

  private static QueueException invalid(
      String option, String value, String what, String accepted, String fix) {
    return new QueueException(
        Kind.INVALID,
        "ReceiveRequest: "
            + option
            + "=\""
            + value
            + "\" "
            + what
            + "; accepted: "
            + accepted
            + "; fix: write "
            + fix
            + ".");
  }
}
