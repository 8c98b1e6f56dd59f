package dev.waybill.core.branch;

import dev.waybill.core.model.TaskScheduler;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.transaction.xa.XAException;

/**
 * Prepared branches whose commit was asked for and could not be written: the decision is known, so
 * it is carried out in the background as soon as the store answers, also if the transaction manager
 * gives up asking. Thread-safe.
 */
final class OwedCommits {

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final String TASK = "Commit transaction branches that were decided";

  /** Commits a branch; throws XA_RETRY if that is not possible yet. */
  @FunctionalInterface
  interface Commit {
    void of(BranchId id) throws XAException;
  }

  private final TaskScheduler scheduler;
  private final Commit commit;
  private final Set<BranchId> owed = new LinkedHashSet<>();
  private Duration pause = FIRST;
  private boolean armed;

  OwedCommits(TaskScheduler scheduler, Commit commit) {
    this.scheduler = scheduler;
    this.commit = commit;
  }

  /** The commit of a branch was decided, and is not written. */
  synchronized void add(BranchId id) {
    owed.add(id);
    arm();
  }

  synchronized boolean contains(BranchId id) {
    return owed.contains(id);
  }

  /** A branch is decided in the store. */
  synchronized void remove(BranchId id) {
    owed.remove(id);
  }

  private void arm() {
    if (!armed && !owed.isEmpty()) {
      armed = true;
      scheduler.after(pause, TASK, this::run);
    }
  }

  private void run() {
    try {
      for (BranchId id : all()) {
        if (!commit(id)) {
          return;
        }
      }
    } finally {
      goOn();
    }
  }

  private boolean commit(BranchId id) {
    try {
      commit.of(id);
    } catch (XAException e) {
      if (e.errorCode == XAException.XA_RETRY) {
        return false;
      }
      // Somebody has decided otherwise: the transaction manager is told when it asks.
    }
    remove(id);
    return true;
  }

  private synchronized List<BranchId> all() {
    return List.copyOf(owed);
  }

  private synchronized void goOn() {
    armed = false;
    Duration doubled = pause.multipliedBy(2);
    pause = owed.isEmpty() ? FIRST : doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    arm();
  }
}
