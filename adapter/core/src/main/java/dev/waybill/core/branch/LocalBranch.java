package dev.waybill.core.branch;

import java.util.List;
import java.util.Objects;

/** The branch of a caller without a transaction: committed before {@code add} returns. */
public final class LocalBranch implements Branch {

  private final BranchStore store;
  private final BranchEvents events;

  /**
   * A branch without a transaction. May be used for any number of calls and by any thread.
   *
   * @param store where it is written
   * @param events told after each commit, and after each that may have happened
   */
  public LocalBranch(BranchStore store, BranchEvents events) {
    this.store = Objects.requireNonNull(store, "store");
    this.events = Objects.requireNonNull(events, "events");
  }

  @Override
  public void add(List<Operation> operations) {
    try {
      store.commitLocal(operations);
    } catch (UndecidedException e) {
      // It happened or may have: whoever looks and finds nothing has lost nothing.
      announce(operations);
      throw e;
    }
    announce(operations);
  }

  private void announce(List<Operation> operations) {
    Queues.announce(Queues.of(operations), Queues.keyed(operations), events);
  }
}
