package dev.waybill.core.delivery;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchStore;
import dev.waybill.core.model.CoalescedTask;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.model.TaskScheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Releases the messages of branches committed in two phases, off the sender's thread. One task
 * works off all that wait; what it cannot release the reaper of any node will. Thread-safe.
 */
final class Releases {

  private static final String RELEASE = "Releasing messages of a committed transaction";

  private final BranchStore branches;
  private final StoreClock clock;
  private final WakeUps wakeUps;
  private final DeliveryLog log;
  private final Queue<BranchId> waiting = new ConcurrentLinkedQueue<>();
  private final CoalescedTask releasing;
  private volatile Instant end = Instant.MAX;

  Releases(
      BranchStore branches,
      StoreClock clock,
      TaskScheduler scheduler,
      WakeUps wakeUps,
      DeliveryLog log) {
    this.branches = branches;
    this.clock = clock;
    this.wakeUps = wakeUps;
    this.log = log;
    this.releasing =
        new CoalescedTask(
            RELEASE, scheduler, this::releaseAll, () -> {}, error -> log.failed(RELEASE, error));
  }

  /** Releases a branch soon. */
  void add(BranchId branch) {
    waiting.add(branch);
    if (!releasing.soon()) {
      waiting.remove(branch);
    }
  }

  /** Goes on for a little while with what waits; the rest is the reapers'. */
  void stop(Duration atMost) {
    end = clock.now().plus(atMost);
  }

  private void releaseAll() {
    for (BranchId branch = next(); branch != null; branch = next()) {
      try {
        wakeUps.released(branches.release(branch));
        log.succeeded(RELEASE);
      } catch (RuntimeException e) {
        log.failed(RELEASE, e);
      }
    }
  }

  private BranchId next() {
    if (!clock.now().isBefore(end)) {
      waiting.clear();
    }
    return waiting.poll();
  }
}
