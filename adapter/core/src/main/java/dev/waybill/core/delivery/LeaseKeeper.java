package dev.waybill.core.delivery;

import dev.waybill.core.model.StoreClock;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.store.LeaseStore;
import dev.waybill.core.store.LeaseStore.TermExpiry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Renews the terms of all activations in one call, at a third of the shortest lease duration. It
 * runs until the last of them is closed, so that leases outlive a drain.
 */
final class LeaseKeeper {

  private static final String RENEWAL = "Renewing leases";
  private static final Duration SHORTEST = Duration.ofMillis(10);

  /** Something whose leases are to be kept. */
  interface Renewable {

    /** How long its leases last without renewal. */
    Duration leaseDuration();

    /** What to renew now; empty if no term is open. */
    Optional<TermExpiry> renewal(Instant now);

    /** The store renewed it, asked at {@code now}. */
    void renewed(TermExpiry renewal, Instant now);

    /** The store no longer has it. */
    void lost(UUID termId);
  }

  private final LeaseStore leases;
  private final StoreClock clock;
  private final TaskScheduler scheduler;
  private final DeliveryLog log;
  private final List<Renewable> kept = new CopyOnWriteArrayList<>();
  private TaskScheduler.Cancellable armed;
  private Duration armedWith;

  LeaseKeeper(LeaseStore leases, StoreClock clock, TaskScheduler scheduler, DeliveryLog log) {
    this.leases = leases;
    this.clock = clock;
    this.scheduler = scheduler;
    this.log = log;
  }

  /** Keeps something from now on. */
  synchronized void keep(Renewable renewable) {
    kept.add(renewable);
    if (armed == null || interval().compareTo(armedWith) < 0) {
      arm(interval());
    }
  }

  /** Lets go of it: its term is not renewed any more. */
  synchronized void drop(Renewable renewable) {
    kept.remove(renewable);
    if (kept.isEmpty() && armed != null) {
      armed.cancel();
      armed = null;
    }
  }

  /** Time has leapt: renews at once, whatever is armed. */
  synchronized void renewNow() {
    if (!kept.isEmpty()) {
      arm(Duration.ZERO);
    }
  }

  private Duration interval() {
    Duration shortest = kept.get(0).leaseDuration();
    for (Renewable renewable : kept) {
      Duration duration = renewable.leaseDuration();
      shortest = duration.compareTo(shortest) < 0 ? duration : shortest;
    }
    Duration third = shortest.dividedBy(3);
    return third.compareTo(SHORTEST) < 0 ? SHORTEST : third;
  }

  private void arm(Duration delay) {
    if (armed != null) {
      armed.cancel();
    }
    armedWith = delay;
    armed = scheduler.after(armedWith, RENEWAL, this::tick);
  }

  private void tick() {
    boolean renewed = false;
    Instant begun = clock.now();
    try {
      renew();
      renewed = true;
      log.succeeded(RENEWAL);
    } catch (RuntimeException e) {
      log.failed(RENEWAL, e);
    }
    synchronized (this) {
      if (!kept.isEmpty()) {
        // After a failure there is still time for several more before the terms run out.
        arm(renewed ? rest(Duration.between(begun, clock.now())) : interval().dividedBy(4));
      }
    }
  }

  /** A slow renewal does not put off the next: the terms run from when it began. */
  private Duration rest(Duration took) {
    Duration rest = interval().minus(took);
    return rest.compareTo(SHORTEST) < 0 ? SHORTEST : rest;
  }

  private void renew() {
    Instant now = clock.now();
    List<Renewable> renewables = new ArrayList<>();
    List<TermExpiry> renewals = new ArrayList<>();
    for (Renewable renewable : kept) {
      renewable
          .renewal(now)
          .ifPresent(
              renewal -> {
                renewables.add(renewable);
                renewals.add(renewal);
              });
    }
    if (renewals.isEmpty()) {
      return;
    }
    Set<UUID> alive = leases.renewTerms(renewals);
    for (int i = 0; i < renewals.size(); i++) {
      TermExpiry renewal = renewals.get(i);
      if (alive.contains(renewal.termId())) {
        renewables.get(i).renewed(renewal, now);
      } else {
        renewables.get(i).lost(renewal.termId());
      }
    }
  }
}
