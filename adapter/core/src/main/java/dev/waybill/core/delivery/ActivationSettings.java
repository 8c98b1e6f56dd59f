package dev.waybill.core.delivery;

import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The resolved configuration of one activation.
 *
 * @param name the bean, for people
 * @param queues one or more queues; they take turns
 * @param group the consumer group
 * @param maxConcurrency how many deliveries run at a time, 1 or more
 * @param prefetch how many messages are leased ahead at most, 0 or more
 * @param leaseDuration how long a lease lasts without renewal
 * @param leaseRenewal whether leases are renewed while the listener runs
 * @param maxLease how long a lease is renewed at most; empty: no limit
 * @param slowWarning after how long a running delivery is warned about, once
 * @param pollInterval how long an idle activation waits before it looks again without a signal
 * @param drainTimeout how long a stop waits for running deliveries
 * @param policy retries and dead letters
 * @param batching how batches are gathered; empty: messages are delivered one at a time
 * @param breaker whether the activation slows down while all its deliveries fail
 */
public record ActivationSettings(
    String name,
    List<QueueName> queues,
    String group,
    int maxConcurrency,
    int prefetch,
    Duration leaseDuration,
    boolean leaseRenewal,
    Optional<Duration> maxLease,
    Duration slowWarning,
    Duration pollInterval,
    Duration drainTimeout,
    RetryPolicy policy,
    Optional<Batching> batching,
    boolean breaker) {

  /** Copies the list. */
  public ActivationSettings {
    queues = List.copyOf(queues);
  }

  /** The fixed end of a lease, counted from its hand-over; empty if its term alone decides. */
  public Optional<Duration> leaseLimit() {
    return leaseRenewal ? maxLease : Optional.of(leaseDuration);
  }
}
