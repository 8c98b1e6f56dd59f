package dev.waybill.core.branch;

import dev.waybill.core.branch.XaBranch.Outcome;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.TaskScheduler;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Finds out in the background what became of branches whose commit or prepare got no answer (rule
 * C2). Thread-safe.
 */
final class UnknownOutcomes {

  private final Supplier<BranchStore> store;
  private final OpenBranches open;
  private final Decisions decisions;
  private final BranchEvents events;
  private final Unfinished unknown;

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
    this.unknown =
        new Unfinished(scheduler, "Find out the outcome of a transaction branch", this::resolve);
  }

  /** The outcome of an open branch is unknown. */
  void add(XaBranch branch) {
    unknown.add(branch.id());
  }

  private boolean resolve(BranchId id) {
    XaBranch branch = open.find(id);
    return branch == null || branch.outcome() != Outcome.UNKNOWN || resolve(branch);
  }

  private boolean resolve(XaBranch branch) {
    BranchState found = store.get().abortUnlessDecided(branch.id());
    switch (found) {
      case PREPARED ->
          // The transaction manager rolls it back, now or in a recovery pass: it is listed.
          branch.resolve(Outcome.IN_DOUBT);
      case COMMITTED, COMMITTED_UNRELEASED, HEURISTICALLY_COMMITTED -> {
        List<Operation> operations = branch.operations();
        Set<QueueName> queues = Queues.of(operations);
        boolean keyed = Queues.keyed(operations);
        decisions.settled(branch.id());
        branch.resolve(Outcome.COMMITTED);
        open.remove(branch);
        Queues.announce(queues, keyed, events);
        Queues.announceSettled(operations, events);
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
