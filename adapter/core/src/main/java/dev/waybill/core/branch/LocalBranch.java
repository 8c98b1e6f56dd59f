package dev.waybill.core.branch;

import dev.waybill.api.QueueException;
import dev.waybill.core.model.NewMessage;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** The branch of a caller without a transaction: committed before {@code add} returns. */
public final class LocalBranch implements Branch {

  private static final int TRIES = 3;

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

  /** What was sent before is found out by the write itself, in its own transaction. */
  @Override
  public List<UUID> send(List<NewMessage> messages) {
    FirstSends first = new FirstSends(messages);
    for (int tries = 1; ; tries++) {
      try {
        first.operations().ifPresent(this::add);
        return first.ids();
      } catch (IdTakenException e) {
        if (tries == TRIES) {
          throw e;
        }
        first.sentBefore(store.firstSends(first.open()));
      } catch (UndecidedException e) {
        throw first.mayBeRepeated() ? repeatable(e) : e;
      }
    }
  }

  private static QueueException repeatable(UndecidedException undecided) {
    return new QueueException(
        QueueException.Kind.UNAVAILABLE,
        undecided.getMessage()
            + " What was sent has a deduplication id, so the same call may be made again.",
        undecided,
        true);
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
    Queues.announceSettled(operations, events);
  }

  private void announce(List<Operation> operations) {
    Queues.announce(Queues.of(operations), Queues.keyed(operations), events);
  }
}
