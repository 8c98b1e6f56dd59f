package dev.waybill.ra.config;

import dev.waybill.core.delivery.Acknowledge;
import dev.waybill.core.delivery.ActivationSettings;
import dev.waybill.core.delivery.Batching;
import dev.waybill.core.model.GroupName;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A checked configuration of an activation.
 *
 * @param queues one or more queues
 * @param group the consumer group
 * @param maxConcurrency how many deliveries run at a time
 * @param prefetch how many messages are leased ahead at most
 * @param batching how a batch listener's batches are gathered
 * @param acknowledgeOrDefault what becomes of undecided messages; empty: what the listener's kind
 *     says
 * @param leaseDuration how long a lease lasts without renewal
 * @param leaseRenewal whether leases are renewed while the listener runs
 * @param maxLease how long a lease is renewed at most; empty: no limit
 * @param slowWarning after how long a running delivery is warned about
 * @param policy retries and dead letters
 * @param breaker whether it slows down while all deliveries fail
 * @param payloadType class name of the body a payload listener wants
 */
public record ActivationConfiguration(
    List<QueueName> queues,
    String group,
    int maxConcurrency,
    int prefetch,
    Batching batching,
    Optional<Acknowledge> acknowledgeOrDefault,
    Duration leaseDuration,
    boolean leaseRenewal,
    Optional<Duration> maxLease,
    Duration slowWarning,
    RetryPolicy policy,
    boolean breaker,
    Optional<String> payloadType) {

  private static final Set<String> NAMES =
      ActivationProperties.ALL.stream().map(Property::name).collect(Collectors.toSet());

  /**
   * Everything that is wrong with the configured texts.
   *
   * @param texts by property name; null and blank texts count as absent
   * @return the problems, empty if {@link #parse} will succeed
   */
  public static List<Problem> problems(Map<String, String> texts) {
    Reading reading = new Reading(texts);
    read(reading);
    return reading.problems();
  }

  /**
   * Reads a configuration.
   *
   * @param bean whose configuration it is, for the error
   * @param texts by property name; null and blank texts count as absent
   * @return the configuration
   * @throws InvalidConfigurationException with all problems at once
   */
  public static ActivationConfiguration parse(String bean, Map<String, String> texts)
      throws InvalidConfigurationException {
    Reading reading = new Reading(texts);
    ActivationConfiguration configuration = read(reading);
    if (!reading.problems().isEmpty()) {
      throw new InvalidConfigurationException("Activation of " + bean, reading.problems());
    }
    return configuration;
  }

  /**
   * The names that are no properties of an activation, as a problem each.
   *
   * @param names the names that were configured, for example those of the bean's annotations
   */
  public static List<Problem> unknown(Set<String> names) {
    return new TreeSet<>(names)
        .stream()
            .filter(name -> !NAMES.contains(name))
            .map(
                name ->
                    new Problem(
                        name,
                        null,
                        "is no activation property",
                        String.join(", ", new TreeSet<>(NAMES)),
                        Spelling.closest(name, NAMES)
                            .map(close -> "write " + close + " instead of " + name)
                            .orElse("remove it")))
            .toList();
  }

  /**
   * What is configured although only a batch listener heeds it.
   *
   * @param texts by property name
   */
  public static List<Problem> batchOnly(Map<String, String> texts) {
    Reading reading = new Reading(texts);
    return Stream.of(ActivationProperties.BATCH_SIZE, ActivationProperties.BATCH_WAIT)
        .filter(reading::isSet)
        .map(
            property ->
                property.problem(
                    reading.text(property),
                    "has an effect on a QueueBatchListener only",
                    "remove it, or implement QueueBatchListener"))
        .toList();
  }

  private static ActivationConfiguration read(Reading reading) {
    if (!reading.isSet(ActivationProperties.QUEUE)) {
      reading.add(ActivationProperties.QUEUE.problem(null, "is missing"));
    }
    List<QueueName> queues = reading.find(ActivationProperties.QUEUE).orElse(List.of());
    String group = reading.get(ActivationProperties.GROUP);
    if (!group.equals(GroupName.DEFAULT)) {
      reading.add(ActivationProperties.GROUP.problem(group, GroupName.NOT_THERE));
    }
    boolean renewal = reading.get(ActivationProperties.LEASE_RENEWAL);
    Optional<Duration> maxLease = reading.find(ActivationProperties.MAX_LEASE);
    Duration leaseDuration = reading.get(ActivationProperties.LEASE_DURATION);
    checkLease(reading, renewal, leaseDuration, maxLease);
    return new ActivationConfiguration(
        queues,
        group,
        reading.get(ActivationProperties.MAX_CONCURRENCY),
        reading.get(ActivationProperties.PREFETCH),
        new Batching(
            reading.get(ActivationProperties.BATCH_SIZE),
            reading.get(ActivationProperties.BATCH_WAIT)),
        reading.find(ActivationProperties.ACKNOWLEDGE),
        leaseDuration,
        renewal,
        maxLease,
        reading.get(ActivationProperties.SLOW_WARNING),
        readPolicy(reading, queues),
        reading.get(ActivationProperties.BREAKER) == ActivationProperties.Switch.ON,
        reading.find(ActivationProperties.PAYLOAD_TYPE));
  }

  private static void checkLease(
      Reading reading, boolean renewal, Duration leaseDuration, Optional<Duration> maxLease) {
    if (maxLease.isEmpty()) {
      return;
    }
    String text = reading.text(ActivationProperties.MAX_LEASE);
    if (!renewal) {
      reading.add(
          ActivationProperties.MAX_LEASE.problem(
              text,
              "has no effect with leaseRenewal=false",
              "remove maxLease, or write leaseRenewal=true"));
    } else if (maxLease.get().compareTo(leaseDuration) < 0) {
      reading.add(
          ActivationProperties.MAX_LEASE.problem(
              text, "is shorter than leaseDuration", "raise maxLease or lower leaseDuration"));
    }
  }

  private static RetryPolicy readPolicy(Reading reading, List<QueueName> queues) {
    Optional<QueueName> deadLetters = reading.find(ActivationProperties.DEAD_LETTER_QUEUE);
    if (deadLetters.isPresent() && queues.contains(deadLetters.get())) {
      reading.add(
          ActivationProperties.DEAD_LETTER_QUEUE.problem(
              deadLetters.get().toString(),
              "is one of the queues the bean consumes",
              "name another queue, for example " + deadLetters.get() + "-dlq"));
    }
    Optional<Integer> maxAttempts = reading.find(ActivationProperties.MAX_ATTEMPTS);
    Optional<String> schedule = reading.find(ActivationProperties.RETRY_SCHEDULE);
    try {
      RetryPolicy.of(schedule, OptionalInt.empty(), Optional.empty());
    } catch (dev.waybill.api.QueueException e) {
      reading.add(
          ActivationProperties.RETRY_SCHEDULE.problem(
              schedule.orElse(null), "is neither exponential, none, nor a list of durations"));
      return RetryPolicy.DEFAULT;
    }
    if (maxAttempts.isPresent() && schedule.isPresent() && !schedule.get().equals("exponential")) {
      reading.add(
          ActivationProperties.MAX_ATTEMPTS.problem(
              maxAttempts.get().toString(),
              "stands beside retrySchedule="
                  + schedule.get()
                  + ", which already says how many attempts there are",
              "remove maxAttempts, or write retrySchedule=exponential"));
      return RetryPolicy.DEFAULT;
    }
    return RetryPolicy.of(
        schedule, maxAttempts.map(OptionalInt::of).orElseGet(OptionalInt::empty), deadLetters);
  }

  /**
   * What the delivery engine needs.
   *
   * @param bean the bean, for people
   * @param batches whether its listener gets batches
   * @param pollInterval the adapter's
   * @param drainTimeout the adapter's
   */
  public ActivationSettings settings(
      String bean, boolean batches, Duration pollInterval, Duration drainTimeout) {
    return new ActivationSettings(
        bean,
        queues,
        group,
        maxConcurrency,
        prefetch,
        leaseDuration,
        leaseRenewal,
        maxLease,
        slowWarning,
        pollInterval,
        drainTimeout,
        policy,
        batches ? Optional.of(batching) : Optional.empty(),
        breaker);
  }

  /** Whether a lease has an end of its own. */
  public boolean leaseLimited() {
    return !leaseRenewal || maxLease.isPresent();
  }

  /**
   * What becomes of a message that its listener decided nothing about.
   *
   * @param batches whether the listener gets batches
   */
  public Acknowledge acknowledge(boolean batches) {
    return acknowledgeOrDefault.orElse(batches ? Acknowledge.EXPLICIT : Acknowledge.AUTO);
  }
}
