package dev.waybill.core.model;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * Temporary, fenced ownership of one delivery by one consumer. Immutable: its expiry is kept apart,
 * because what a settlement deletes is never what a renewal updates.
 *
 * @param token the fence: whoever ends the lease must present it. Never used for two claims; all
 *     leases of one claim share it
 * @param delivery what is leased
 * @param queue the queue of the message
 * @param messageId the id of the message, for people
 * @param attempt the number of the attempt it stands for, from 1
 * @param counted whether that attempt is already counted on the delivery's row; first tries that
 *     are leased ahead are not
 * @param termId the term (of an activation) whose renewal keeps it alive
 * @param policy what happens when the attempt fails; travels with the lease so that any node's
 *     reaper applies the same
 * @param consumer who took it, for people
 * @param leasedAt when it was claimed; in a batch, when that was handed over
 * @param lineKey the {@link LineKey} of the line that its message heads; null if it stands in none
 * @param awaiter who waits for the settlement of this delivery; null if nobody does
 */
public record Lease(
    UUID token,
    DeliveryKey delivery,
    QueueName queue,
    UUID messageId,
    int attempt,
    boolean counted,
    UUID termId,
    RetryPolicy policy,
    String consumer,
    Instant leasedAt,
    String lineKey,
    Awaiter awaiter) {

  /** Checks that no part is missing. */
  public Lease {
    Objects.requireNonNull(token, "token");
    Objects.requireNonNull(delivery, "delivery");
    Objects.requireNonNull(queue, "queue");
    Objects.requireNonNull(messageId, "messageId");
    Objects.requireNonNull(termId, "termId");
    Objects.requireNonNull(policy, "policy");
    Objects.requireNonNull(consumer, "consumer");
    Objects.requireNonNull(leasedAt, "leasedAt");
  }

  /** What tells this lease from all others. */
  public Key key() {
    return new Key(delivery, token);
  }

  /** The same with its attempt counted, under a new token, beginning at a time. */
  public Lease counted(UUID newToken, Instant at) {
    return new Lease(
        newToken, delivery, queue, messageId, attempt, true, termId, policy, consumer, at, lineKey,
        awaiter);
  }

  /** The same, beginning at a time: when it was handed over, not when it was taken ahead. */
  public Lease begun(Instant at) {
    return new Lease(
        token, delivery, queue, messageId, attempt, counted, termId, policy, consumer, at, lineKey,
        awaiter);
  }

  /** Whether its attempt must be counted before a listener runs: not the first, or the only one. */
  public boolean mustBeCounted() {
    return attempt > 1 || policy.singleAttempt();
  }

  /**
   * The identity of a lease.
   *
   * @param delivery what is leased
   * @param token the fence
   */
  public record Key(DeliveryKey delivery, UUID token) {}
}
