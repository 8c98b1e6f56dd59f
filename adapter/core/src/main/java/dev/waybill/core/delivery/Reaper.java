package dev.waybill.core.delivery;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.store.FailureResult;
import dev.waybill.core.store.LeaseStore.Expired;
import dev.waybill.core.store.QueueStore;
import dev.waybill.core.store.Upkeep.Lined;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Finishes what nodes left behind, in small steps on every node: leases that ran out, branches that
 * nobody released, rows kept only for a time. Nodes do not step at once: each interval varies by a
 * fifth either way.
 */
final class Reaper {

  static final int STEP = 100;
  private static final int STEPS_AT_ONCE = 10;

  private final EngineSettings settings;
  private final QueueStore store;
  private final KeyOrder keys;
  private final TaskScheduler scheduler;
  private final WakeUps wakeUps;
  private final DeliveryLog log;
  private final RandomGenerator random;
  private TaskScheduler.Cancellable armed;
  private Instant pruneAt;
  private boolean stopped;

  Reaper(
      EngineSettings settings,
      QueueStore store,
      KeyOrder keys,
      TaskScheduler scheduler,
      WakeUps wakeUps,
      DeliveryLog log,
      RandomGenerator random) {
    this.settings = settings;
    this.store = store;
    this.keys = keys;
    this.scheduler = scheduler;
    this.wakeUps = wakeUps;
    this.log = log;
    this.random = random;
  }

  /** Begins; the first round comes after one interval. */
  synchronized void start() {
    if (!stopped) {
      long nanos = settings.reapInterval().toNanos();
      Duration delay = Duration.ofNanos((long) (nanos * (0.8 + 0.4 * random.nextDouble())));
      armed = scheduler.after(delay, "Reap", this::round);
    }
  }

  /** Ends after the round that runs, if one does. */
  synchronized void stop() {
    stopped = true;
    if (armed != null) {
      armed.cancel();
    }
  }

  private void round() {
    try {
      step("Refreshing statistics", store.upkeep()::refreshStatistics);
      step("Ending leases that ran out", this::expire);
      step("Releasing committed branches", this::release);
      step(KeyOrder.ORDERING, this::order);
      step("Removing old rows", this::prune);
      step("Looking for old transactions", store.upkeep()::watchHorizon);
    } finally {
      start();
    }
  }

  private synchronized boolean stopped() {
    return stopped;
  }

  private void step(String name, Runnable step) {
    if (stopped()) {
      return;
    }
    try {
      step.run();
      log.succeeded(name);
    } catch (RuntimeException e) {
      log.failed(name, e);
    }
  }

  private void expire() {
    for (int i = 0; i < STEPS_AT_ONCE && !stopped(); i++) {
      List<Expired> expired = store.leases().expire(STEP);
      Set<QueueName> queues = new HashSet<>();
      for (Expired each : expired) {
        queues.add(each.queue());
        each.result().ifPresent(result -> report(each, result, queues));
      }
      wakeUps.signal(queues);
      if (expired.size() < STEP) {
        return;
      }
    }
  }

  private void report(Expired expired, FailureResult result, Set<QueueName> queues) {
    if (!(result instanceof FailureResult.Rescheduled)) {
      wakeUps.gaveUp(expired.messageId());
    }
    String error = "the lease ran out: its consumer crashed, was killed or hung";
    if (result instanceof FailureResult.DeadLettered moved) {
      queues.add(moved.queue());
      log.deadLettered(
          "Expired", expired.messageId(), expired.queue(), expired.attempt(), moved.queue(), error);
    } else if (result instanceof FailureResult.Rescheduled) {
      log.expired(expired.messageId(), expired.queue(), expired.attempt());
    }
  }

  private void release() {
    Instant before = store.clock().now().minus(settings.longestHold());
    for (BranchId branch : store.upkeep().unreleased(before, STEP)) {
      wakeUps.released(store.upkeep().release(branch));
    }
  }

  /** What nodes that died, or missed a signal, have sent and settled. */
  private void order() {
    for (int i = 0; i < STEPS_AT_ONCE && !stopped(); i++) {
      Lined lined = keys.step();
      if (!lined.more() || lined.keys() == 0) {
        return;
      }
    }
  }

  private void prune() {
    Instant now = store.clock().now();
    if (pruneAt != null && now.isBefore(pruneAt)) {
      return;
    }
    if (!store.upkeep().takePruning(settings.pruneInterval())) {
      // Another node has it; this one looks again in case that is gone by then.
      pruneAt = now.plus(settings.pruneInterval());
      return;
    }
    int removed = store.upkeep().prune(settings.retention(), STEP);
    // As long as there is much to remove, the next round goes on.
    pruneAt = removed >= STEP ? now : now.plus(settings.pruneInterval());
  }
}
