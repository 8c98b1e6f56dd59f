package dev.waybill.core.delivery;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchStore;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.TaskScheduler;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;

/**
 * Releases the messages of branches committed in two phases, off the sender's thread. One task
 * works off all that wait; what it cannot release the reaper of any node will. Thread-safe.
 */
final class Releases {

  private static final String RELEASE = "Releasing messages of a committed transaction";

  private final BranchStore branches;
  private final TaskScheduler scheduler;
  private final WakeUps wakeUps;
  private final DeliveryLog log;
  private final Queue<BranchId> waiting = new ArrayDeque<>();
  private boolean running;

  Releases(BranchStore branches, TaskScheduler scheduler, WakeUps wakeUps, DeliveryLog log) {
    this.branches = branches;
    this.scheduler = scheduler;
    this.wakeUps = wakeUps;
    this.log = log;
  }

  /** Releases a branch soon. */
  void add(BranchId branch) {
    synchronized (this) {
      waiting.add(branch);
      if (running) {
        return;
      }
      running = true;
    }
    if (!scheduler.execute(RELEASE, this::run)) {
      synchronized (this) {
        running = false;
        waiting.clear();
      }
    }
  }

  private void run() {
    boolean released = false;
    for (BranchId branch = next(); branch != null; branch = next()) {
      try {
        Set<QueueName> queues = branches.release(branch);
        wakeUps.signal(queues);
        released |= !queues.isEmpty();
        log.succeeded(RELEASE);
      } catch (RuntimeException e) {
        log.failed(RELEASE, e);
      }
    }
    if (released) {
      // Their messages may have ordering keys: recovery, which knows only the id, cannot tell.
      wakeUps.keysChanged();
    }
  }

  private synchronized BranchId next() {
    BranchId branch = waiting.poll();
    running = branch != null;
    return branch;
  }
}
