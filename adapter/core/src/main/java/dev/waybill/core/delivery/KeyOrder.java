package dev.waybill.core.delivery;

import dev.waybill.core.model.CoalescedTask;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.store.QueueStore;
import dev.waybill.core.store.Upkeep.Lined;
import java.time.Duration;

/**
 * Puts ordering keys in order after commits, off the threads of those who sent and settled (rules
 * C7 and C10). One task works off all there is; what it misses the reaper of any node will find.
 * Thread-safe.
 */
final class KeyOrder {

  static final String ORDERING = "Putting ordering keys in order";

  private static final int STEP = 100;

  private final QueueStore store;
  private final WakeUps wakeUps;
  private final CoalescedTask ordering;
  private final Pause busy;

  KeyOrder(QueueStore store, TaskScheduler scheduler, WakeUps wakeUps, DeliveryLog log) {
    this.store = store;
    this.wakeUps = wakeUps;
    this.ordering =
        new CoalescedTask(
            ORDERING,
            scheduler,
            this::round,
            () -> log.succeeded(ORDERING),
            error -> log.failed(ORDERING, error));
    this.busy =
        new Pause(ORDERING, scheduler, Duration.ofMillis(20), Duration.ofSeconds(2), this::soon);
  }

  /** There is something to do. Quick; called on any thread. */
  void soon() {
    ordering.soon();
  }

  private void round() {
    Lined lined = step();
    if (lined.more() && lined.keys() == 0) {
      // Somebody else is at it.
      busy.begin();
    } else {
      busy.reset();
      if (lined.more()) {
        soon();
      }
    }
  }

  /** One step, and word to those who wait for its messages. */
  Lined step() {
    Lined lined = store.upkeep().lineUp(STEP);
    wakeUps.signal(lined.queues());
    return lined;
  }

  /** Begins nothing any more. */
  void stop() {
    ordering.stop();
    busy.close();
  }
}
