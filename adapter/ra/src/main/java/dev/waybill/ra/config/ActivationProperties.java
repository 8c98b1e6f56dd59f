package dev.waybill.ra.config;

import dev.waybill.core.delivery.Acknowledge;
import dev.waybill.core.model.GroupName;
import dev.waybill.core.model.QueueName;
import dev.waybill.ra.config.ValueType.Choice;
import dev.waybill.ra.config.ValueType.Flag;
import dev.waybill.ra.config.ValueType.Queue;
import dev.waybill.ra.config.ValueType.Queues;
import dev.waybill.ra.config.ValueType.Span;
import dev.waybill.ra.config.ValueType.Text;
import dev.waybill.ra.config.ValueType.Whole;
import java.time.Duration;
import java.util.List;

/** The properties of an activation: what a message-driven bean configures. */
public final class ActivationProperties {

  private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(365);

  static final Property<List<QueueName>> QUEUE =
      Property.required(
          "queue",
          new Queues(),
          "app:orders",
          "The queue or queues the bean consumes; several take turns. Required.");
  static final Property<String> GROUP =
      Property.of(
          "group",
          new Text(GroupName.DEFAULT),
          GroupName.DEFAULT,
          "The consumer group. Only `default` so far.");
  static final Property<Integer> MAX_CONCURRENCY =
      Property.of(
          "maxConcurrency",
          new Whole(1, 1000, "deliveries"),
          "8",
          "How many deliveries run at a time, on this node.");
  static final Property<Integer> PREFETCH =
      Property.of(
          "prefetch",
          new Whole(0, 1000, "messages"),
          "50",
          "How many messages are leased ahead at most, without starting an attempt. How many it is"
              + " follows the pace of the bean: as many as it finished in the last quarter of a"
              + " second. `0`: none. Batches are leased as they are, whatever this says.");
  static final Property<Integer> BATCH_SIZE =
      Property.of(
          "batchSize",
          new Whole(1, 100, "messages"),
          "10",
          "How many messages of one queue a `QueueBatchListener` gets at most in one call.");
  static final Property<Duration> BATCH_WAIT =
      Property.of(
          "batchWait",
          new Span(Duration.ZERO, Duration.ofSeconds(60)),
          "5s",
          "How long the first message of a batch waits for others at most; a full batch does not"
              + " wait. `0s`: a batch is what is there.");
  static final Property<Acknowledge> ACKNOWLEDGE =
      Property.optional(
          "acknowledge",
          new Choice<>(Acknowledge.class),
          "AUTO",
          "What becomes of a message that its listener decided nothing about and returned: it is"
              + " completed (`AUTO`), or tried again by its schedule (`EXPLICIT`). Default:"
              + " `EXPLICIT` for a `QueueBatchListener`, `AUTO` for the others.");
  static final Property<Duration> LEASE_DURATION =
      Property.of(
          "leaseDuration",
          new Span(SHORTEST_LEASE, LONGEST),
          "30s",
          "How long a message is leased; with `leaseRenewal` also how soon a dead node's messages"
              + " are tried elsewhere.");
  static final Property<Boolean> LEASE_RENEWAL =
      Property.of("leaseRenewal", new Flag(), "true", "Renew the lease while the listener runs.");
  static final Property<Duration> MAX_LEASE =
      Property.optional(
          "maxLease",
          new Span(SHORTEST_LEASE, LONGEST),
          "10m",
          "How long a lease is renewed at most; a listener that runs longer loses its message and"
              + " rolls back. Default: no limit. Needs `leaseRenewal=true`.");
  static final Property<String> RETRY_SCHEDULE =
      Property.optional(
          "retrySchedule",
          new Text("exponential, none, or delays separated by commas"),
          "0s,5s,30s",
          "The delays between attempts: `exponential` (1 s, 2 s, 4 s … at most 5 min), `none`, or a"
              + " list (n delays are n + 1 attempts). Default: `none` with a dead-letter queue and no"
              + " `maxAttempts`, else `exponential`.");
  static final Property<Integer> MAX_ATTEMPTS =
      Property.optional(
          "maxAttempts",
          new Whole(1, 1_000_000, "attempts"),
          "5",
          "How many attempts a message has in all, with the exponential schedule. Default: no"
              + " limit.");
  static final Property<QueueName> DEAD_LETTER_QUEUE =
      Property.optional(
          "deadLetterQueue",
          new Queue(),
          "app:orders-dlq",
          "Where exhausted and rejected messages go. Default: they are settled as dead and kept for"
              + " `deadRetention`.");
  static final Property<Duration> SLOW_WARNING =
      Property.of(
          "slowWarning",
          new Span(Duration.ofMillis(100), LONGEST),
          "30s",
          "After how long a running delivery is warned about, once. Nothing is interrupted.");
  static final Property<Switch> BREAKER =
      Property.of(
          "breaker",
          new Choice<>(Switch.class),
          "on",
          "Slow down while all deliveries fail: when in a row 10 deliveries of messages that were not"
              + " tried before have failed, or 100 of any, one message at a time is tried, after"
              + " pauses of 1 s to 30 s, until one succeeds.");
  static final Property<String> PAYLOAD_TYPE =
      Property.optional(
          "payloadType",
          new Text("the name of a class of the application"),
          "com.example.Order",
          "What a `QueuePayloadListener` gets for a JSON or Java body. Default: the JSON text's"
              + " natural Java types, and any Java object.");

  /** All of them, in the order of the reference page. */
  public static final List<Property<?>> ALL =
      List.of(
          QUEUE,
          GROUP,
          MAX_CONCURRENCY,
          PREFETCH,
          BATCH_SIZE,
          BATCH_WAIT,
          ACKNOWLEDGE,
          LEASE_DURATION,
          LEASE_RENEWAL,
          MAX_LEASE,
          RETRY_SCHEDULE,
          MAX_ATTEMPTS,
          DEAD_LETTER_QUEUE,
          SLOW_WARNING,
          BREAKER,
          PAYLOAD_TYPE);

  /** On or off. */
  enum Switch {
    ON,
    OFF
  }

  private ActivationProperties() {}
}
