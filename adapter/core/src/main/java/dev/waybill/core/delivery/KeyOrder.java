package dev.waybill.core.delivery;

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
  private final TaskScheduler scheduler;
  private final WakeUps wakeUps;
  private final DeliveryLog log;
  private final Pause busy;
  private boolean running;
  private boolean again;
  private boolean stopped;

  KeyOrder(QueueStore store, TaskScheduler scheduler, WakeUps wakeUps, DeliveryLog log) {
    this.store = store;
    this.scheduler = scheduler;
    this.wakeUps = wakeUps;
    this.log = log;
    this.busy =
        new Pause(ORDERING, scheduler, Duration.ofMillis(20), Duration.ofSeconds(2), this::soon);
  }

  /** There is something to do. Quick; called on any thread. */
  void soon() {
    synchronized (this) {
      again = true;
      if (running || stopped) {
        return;
      }
      running = true;
    }
    if (!scheduler.execute(ORDERING, this::run)) {
      end();
    }
  }

  private void run() {
    try {
      while (wanted()) {
        Lined lined = step();
        if (lined.more() && lined.keys() == 0) {
          // Somebody else is at it.
          busy.begin();
        } else {
          busy.reset();
          if (lined.more()) {
            repeat();
          }
        }
      }
      log.succeeded(ORDERING);
    } catch (RuntimeException e) {
      end();
      log.failed(ORDERING, e);
    }
  }

  /** One step, and word to those who wait for its messages. */
  Lined step() {
    Lined lined = store.upkeep().lineUp(STEP);
    wakeUps.signal(lined.queues());
    return lined;
  }

  private synchronized boolean wanted() {
    running = again && !stopped;
    again = false;
    return running;
  }

  private synchronized void repeat() {
    again = true;
  }

  private synchronized void end() {
    running = false;
    again = false;
  }

  /** Begins nothing any more. */
  synchronized void stop() {
    stopped = true;
    busy.close();
  }
}
