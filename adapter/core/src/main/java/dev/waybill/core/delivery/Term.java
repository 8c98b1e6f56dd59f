package dev.waybill.core.delivery;

import dev.waybill.core.model.Lease;
import dev.waybill.core.store.LeaseStore.TermExpiry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/** The term of one activation: opened when first needed, and again when it was lost. */
final class Term implements LeaseKeeper.Renewable {

  private record Current(UUID id, Instant expiresAt) {}

  private final ActivationContext context;
  private final Runnable broken;
  private final AtomicReference<Current> current = new AtomicReference<>();
  private final ReentrantLock opening = new ReentrantLock();

  /**
   * A term that is not open yet.
   *
   * @param broken called when leases under the term may have been lost; must be quick
   */
  Term(ActivationContext context, Runnable broken) {
    this.context = context;
    this.broken = broken;
  }

  /**
   * The id of the open term, which is opened if there is none. One that has run out, because it
   * could not be renewed in time, is renewed first: what is leased under it would be lost at once.
   */
  UUID require() {
    return running().map(Current::id).orElseGet(this::renewOrOpen);
  }

  private Optional<Current> running() {
    Instant now = context.clock().now();
    return Optional.ofNullable(current.get()).filter(known -> now.isBefore(known.expiresAt()));
  }

  private UUID renewOrOpen() {
    opening.lock();
    try {
      Optional<Current> running = running();
      if (running.isPresent()) {
        return running.get().id();
      }
      Instant now = context.clock().now();
      Instant expiresAt = now.plus(leaseDuration());
      Optional<UUID> late = id();
      if (late.isPresent()) {
        if (context.leases().prolongTerm(late.get(), expiresAt)) {
          renewed(new TermExpiry(late.get(), expiresAt), now);
          return late.get();
        }
        lost(late.get());
      }
      UUID opened = context.leases().openTerm(context.consumer(), expiresAt);
      current.set(new Current(opened, expiresAt));
      return opened;
    } finally {
      opening.unlock();
    }
  }

  /** Whether a lease is surely kept alive by this term. */
  boolean covers(Lease lease, Instant now) {
    Current known = current.get();
    return known != null && known.id().equals(lease.termId()) && now.isBefore(known.expiresAt());
  }

  /** Takes the term away from its owner, who closes it or lets it run out. */
  Optional<UUID> give() {
    return Optional.ofNullable(current.getAndSet(null)).map(Current::id);
  }

  Optional<UUID> id() {
    return Optional.ofNullable(current.get()).map(Current::id);
  }

  @Override
  public Duration leaseDuration() {
    return context.settings().leaseDuration();
  }

  @Override
  public Optional<TermExpiry> renewal(Instant now) {
    return id().map(id -> new TermExpiry(id, now.plus(leaseDuration())));
  }

  @Override
  public void renewed(TermExpiry renewal, Instant now) {
    Current known = current.get();
    if (known != null && known.id().equals(renewal.termId())) {
      boolean late = !now.isBefore(known.expiresAt());
      if (current.compareAndSet(known, new Current(known.id(), renewal.expiresAt())) && late) {
        broken.run();
      }
    }
  }

  @Override
  public void lost(UUID termId) {
    Current known = current.get();
    if (known != null && known.id().equals(termId) && current.compareAndSet(known, null)) {
      context.log().termLost(context.bean());
      broken.run();
    }
  }
}
