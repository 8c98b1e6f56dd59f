package dev.waybill.core.branch;

import dev.waybill.core.branch.XaBranch.Outcome;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.TaskScheduler;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Finds out in the background what became of branches whose commit or prepare got no answer (rule
 * C2): the transaction manager was told to ask again, and may never do so. Thread-safe.
 */
final class UnknownOutcomes {

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final String TASK = "Find out the outcome of a transaction branch";

  private final Supplier<BranchStore> store;
  private final OpenBranches open;
  private final Decisions decisions;
  private final BranchEvents events;
  private final TaskScheduler scheduler;
  private final Map<BranchId, XaBranch> waiting = new LinkedHashMap<>();
  private Duration pause = FIRST;
  private boolean armed;

  UnknownOutcomes(
      Supplier<BranchStore> store,
      OpenBranches open,
      Decisions decisions,
      BranchEvents events,
      TaskScheduler scheduler) {
    this.store = store;
    this.open = open;
    this.decisions = decisions;
    this.events = events;
    this.scheduler = scheduler;
  }

  /** The outcome of a branch is unknown. */
  synchronized void add(XaBranch branch) {
    waiting.put(branch.id(), branch);
    arm();
  }

  private void arm() {
    if (!armed && !waiting.isEmpty()) {
      armed = true;
      scheduler.after(pause, TASK, this::run);
    }
  }

  private void run() {
    boolean all = false;
    try {
      all = resolveAll();
    } finally {
      goOn(all);
    }
  }

  private boolean resolveAll() {
    boolean all = true;
    for (XaBranch branch : waiting()) {
      if (branch.outcome() != Outcome.UNKNOWN || resolve(branch)) {
        remove(branch);
      } else {
        all = false;
      }
    }
    return all;
  }

  private synchronized void goOn(boolean all) {
    armed = false;
    Duration doubled = pause.multipliedBy(2);
    pause = all ? FIRST : doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    arm();
  }

  private synchronized List<XaBranch> waiting() {
    return List.copyOf(waiting.values());
  }

  private synchronized void remove(XaBranch branch) {
    waiting.remove(branch.id(), branch);
  }

  private boolean resolve(XaBranch branch) {
    BranchState found;
    try {
      found = store.get().abortUnlessDecided(branch.id());
    } catch (RuntimeException e) {
      return false;
    }
    switch (found) {
      case PREPARED ->
          // The transaction manager rolls it back, now or in a recovery pass: it is listed.
          branch.resolve(Outcome.IN_DOUBT);
      case COMMITTED, COMMITTED_UNRELEASED, HEURISTICALLY_COMMITTED -> {
        Set<QueueName> queues = Queues.of(branch.operations());
        decisions.settled(branch.id());
        branch.resolve(Outcome.COMMITTED);
        open.remove(branch);
        Queues.announce(queues, events);
      }
      case UNKNOWN, ABORTED, ROLLED_BACK, HEURISTICALLY_ROLLED_BACK -> {
        decisions.settled(branch.id());
        branch.resolve(Outcome.ROLLED_BACK);
        open.remove(branch);
      }
    }
    return true;
  }
}
