package dev.waybill.core.branch;

import dev.waybill.core.model.Backoff;
import dev.waybill.core.model.TaskScheduler;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Branches with something left to do, which is tried in the background until it is done, with
 * pauses that grow: the transaction manager was told to ask again, and may never do so. One that
 * cannot be done holds up no other. Thread-safe.
 */
final class Unfinished {

  private final TaskScheduler scheduler;
  private final String task;
  private final Predicate<BranchId> attempt;
  private final Set<BranchId> branches = new LinkedHashSet<>();
  private final Backoff pause = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));
  private boolean armed;

  /**
   * No branches yet.
   *
   * @param task what is done, for logs
   * @param attempt whether it is done
   */
  Unfinished(TaskScheduler scheduler, String task, Predicate<BranchId> attempt) {
    this.scheduler = scheduler;
    this.task = task;
    this.attempt = attempt;
  }

  synchronized void add(BranchId id) {
    branches.add(id);
    arm();
  }

  synchronized boolean contains(BranchId id) {
    return branches.contains(id);
  }

  synchronized void remove(BranchId id) {
    branches.remove(id);
  }

  private void arm() {
    if (!armed && !branches.isEmpty()) {
      armed = true;
      scheduler.after(pause.next(), task, this::run);
    }
  }

  private void run() {
    try {
      for (BranchId id : all()) {
        if (attempt.test(id)) {
          remove(id);
        }
      }
    } finally {
      goOn();
    }
  }

  private synchronized List<BranchId> all() {
    return List.copyOf(branches);
  }

  private synchronized void goOn() {
    armed = false;
    if (branches.isEmpty()) {
      pause.reset();
    }
    arm();
  }
}
