package dev.waybill.core.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The term of leases that have a fixed end of their own. It is not renewed by time but prolonged by
 * need, so that it outlives every lease under it, and this process too. Thread-safe.
 */
final class FixedTerm {

  private static final Duration AHEAD = Duration.ofHours(1);

  private final ActivationContext context;
  private final ReentrantLock lock = new ReentrantLock();
  private UUID id;
  private Instant expiresAt;

  FixedTerm(ActivationContext context) {
    this.context = context;
  }

  /** The id of a term that does not end before a time. */
  UUID until(Instant needed) {
    lock.lock();
    try {
      if (id != null && !expiresAt.isBefore(needed)) {
        return id;
      }
      Instant end = needed.plus(AHEAD);
      if (id == null || !context.leases().prolongTerm(id, end)) {
        id = context.leases().openTerm(context.consumer(), end);
      }
      expiresAt = end;
      return id;
    } finally {
      lock.unlock();
    }
  }
}
