package dev.waybill.core.branch;

import dev.waybill.api.QueueException;
import dev.waybill.core.model.Backoff;
import dev.waybill.core.model.TaskScheduler;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
  private final Set<BranchId> said = new HashSet<>();
  private final Backoff pause = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));
  private boolean armed;

  /**
   * No branches yet.
   *
   * @param task what is done, for logs
   * @param attempt whether it is done; what it throws says why it is not
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
    done(id);
  }

  private void arm() {
    if (!armed && !branches.isEmpty()) {
      armed = true;
      scheduler.after(pause.next(), task, this::run);
    }
  }

  private void run() {
    try {
      Map<BranchId, RuntimeException> failed = new LinkedHashMap<>();
      for (BranchId id : all()) {
        try {
          if (attempt.test(id)) {
            done(id);
          }
        } catch (RuntimeException e) {
          if (!isUnavailable(e)) {
            failed.put(id, e);
          }
        }
      }
      say(failed);
    } finally {
      goOn();
    }
  }

  /** An outage is said elsewhere, and ends by itself. */
  private static boolean isUnavailable(RuntimeException e) {
    return e instanceof QueueException known && known.kind() == QueueException.Kind.UNAVAILABLE;
  }

  /** Each branch once, and all that are news in one line. */
  private synchronized void say(Map<BranchId, RuntimeException> failed) {
    List<BranchId> news = failed.keySet().stream().filter(said::add).toList();
    if (!news.isEmpty()) {
      BranchLog.failing(task, news.get(0), news.size() - 1, failed.get(news.get(0)));
    }
  }

  private synchronized void done(BranchId id) {
    branches.remove(id);
    if (said.remove(id)) {
      BranchLog.works(task, id);
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
