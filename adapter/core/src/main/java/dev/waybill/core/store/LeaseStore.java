package dev.waybill.core.store;

import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.DeliveryKey;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.QueueName;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Leases from claim to expiry. Each method is one short local transaction of the store, never part
 * of a container transaction; none may be called on a thread that has one. Every end of a lease
 * begins with one write on the delivery's own row, conditional on the lease's token.
 */
public interface LeaseStore {

  /**
   * Opens a term: the row whose renewal keeps the leases of one activation alive.
   *
   * @param consumer who it is, for people: node and activation
   * @param expiresAt when it ends unless renewed
   * @return its id
   */
  UUID openTerm(String consumer, Instant expiresAt);

  /**
   * Renews terms.
   *
   * @param expiry the new end of each term
   * @return those of them that are still there; a missing one was removed after it had expired
   */
  Set<UUID> renewTerms(Collection<TermExpiry> expiry);

  /** Closes a term: it is not renewed any more, and what is leased under it expires at once. */
  void closeTerm(UUID termId);

  /**
   * Lets a term end no earlier than a time.
   *
   * @param termId the term
   * @param expiresAt its new end, unless it ends later
   * @return whether it is still there
   */
  boolean prolongTerm(UUID termId, Instant expiresAt);

  /**
   * The new end of a term.
   *
   * @param termId the term
   * @param expiresAt when it ends unless renewed again
   */
  record TermExpiry(UUID termId, Instant expiresAt) {}

  /**
   * Leases what is ready, in claim order, and makes due what was scheduled on the way. The queues
   * take turns.
   *
   * @param request what is wanted
   * @return at most {@code request.count()} leased messages
   */
  List<LeasedMessage> claim(ClaimRequest request);

  /**
   * What an activation wants to lease.
   *
   * @param termId the term that keeps the leases alive
   * @param queues where from
   * @param group the consumer group
   * @param count how many at most
   * @param manner whether attempts are counted in the claim's own commit, and what is leased ahead
   * @param leaseLimit the fixed end of each lease that is handed over at once, counted from now,
   *     whatever its term; empty: as long as the term is renewed
   * @param policy travels with the lease
   */
  record ClaimRequest(
      UUID termId,
      List<QueueName> queues,
      String group,
      int count,
      ClaimManner manner,
      Optional<Duration> leaseLimit,
      dev.waybill.core.model.RetryPolicy policy) {}

  /**
   * When to claim again without a signal: when the next scheduled delivery of these queues becomes
   * due, or earlier if a part of the scan was put off.
   *
   * @param queues the queues
   * @param group the consumer group
   * @return the time, empty if nothing is to be expected
   */
  Optional<Instant> nextDue(Collection<QueueName> queues, String group);

  /**
   * Sets the fixed end of a lease. Used when a lease taken ahead is handed over, and by {@code
   * extendLease} of a delivered message.
   *
   * @param lease the lease
   * @param expiresAt its new end
   * @return false if the lease was lost
   */
  boolean limitLease(Lease lease, Instant expiresAt);

  /**
   * Moves the fixed end of a lease that has one, and lets its term last as long. A lease without
   * one is kept by whoever renews its term, and stays as it is: an end could only shorten it.
   *
   * @param lease the lease
   * @param expiresAt its new end, later or earlier
   * @return false if the lease was lost
   */
  boolean extendLease(Lease lease, Instant expiresAt);

  /**
   * Makes leases that were taken ahead fit to be worked under, all at once: gives each a fixed end,
   * and counts those attempts that must be counted before their listener runs, because they are not
   * the first or will be the only one. A lease that is counted gets a new token.
   *
   * @param leases in the order of delivery, none counted
   * @param expiresAt the fixed end; empty: as long as their term is renewed
   * @return those that were not lost, in the same order, under the tokens that they have now; a
   *     lease that gets no end and needs no counting is not looked at, and so returned even if lost
   */
  List<Lease> handOver(List<Lease> leases, Optional<Instant> expiresAt);

  /**
   * Gives leases back whose attempts never started: the deliveries are READY again in their old
   * place, their attempts uncounted.
   *
   * @param leases the leases; lost ones are skipped
   */
  void giveBack(Collection<Lease> leases);

  /**
   * Ends a lease after an attempt that did not commit, records the attempt and schedules the next,
   * or dead-letters.
   *
   * @param lease the lease
   * @param failure what happened
   * @return what followed; empty if the lease was already ended, and nothing was done
   */
  Optional<FailureResult> recordFailure(Lease lease, AttemptFailure failure);

  /**
   * As {@link #recordFailure} for many, in one transaction: all that are still there, or none.
   *
   * @param failures what happened, by lease
   * @return what followed, by the leases that were not ended before
   */
  Map<Lease, FailureResult> recordFailures(Map<Lease, AttemptFailure> failures);

  /**
   * Told that leases were ended by settlements that have committed, so that what is kept for them
   * can go in good time. Costs no transaction of its own, and nothing else depends on it.
   *
   * @param leases over, as far as the caller knows
   */
  void over(Collection<Lease> leases);

  /**
   * Whether a lease is still on its delivery's row. Waits for a transaction that is ending it, so
   * the answer is final with respect to a COMMIT whose outcome was not seen.
   *
   * @param lease the lease
   */
  boolean isHeld(Lease lease);

  /**
   * Finds leases by their keys, whoever has taken them. Waits for nobody: a transaction that is
   * ending one has not ended it yet.
   *
   * @param keys of what the caller takes for leases
   * @return those of them that are neither ended nor in doubt
   */
  List<Lease> held(Collection<Lease.Key> keys);

  /**
   * The leases under a term that are neither ended nor in doubt.
   *
   * @param termId the term
   */
  List<Lease> heldUnder(UUID termId);

  /**
   * Ends leases whose term or limit has run out: the attempt is recorded as EXPIRED and the policy
   * of the lease applied. An attempt that was never counted (leased ahead) is not counted; the
   * message is claimed alone from then on.
   *
   * @param limit how many at most
   * @return what was ended
   */
  List<Expired> expire(int limit);

  /**
   * An expired lease.
   *
   * @param delivery what was leased
   * @param queue the queue
   * @param messageId the message
   * @param attempt the attempt that ended
   * @param result what followed; empty if the attempt was not counted
   */
  record Expired(
      DeliveryKey delivery,
      QueueName queue,
      UUID messageId,
      int attempt,
      Optional<FailureResult> result) {}
}
