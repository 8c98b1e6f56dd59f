package dev.waybill.core.branch;

import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.branch.Operation.Reject;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.branch.Operation.Settlement;
import dev.waybill.core.model.QueueName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The queues in which operations may make a message available. */
final class Queues {

  private Queues() {}

  /**
   * Tells of queues in which messages may have become visible, if there are any.
   *
   * @param keyed whether operations of them {@linkplain #keyed had ordering keys}
   */
  static void announce(Set<QueueName> queues, boolean keyed, BranchEvents events) {
    if (!queues.isEmpty()) {
      events.visible(Set.copyOf(queues));
    }
    if (keyed) {
      events.keysChanged();
    }
  }

  /** Tells of settlements that have committed, if there are any. */
  static void announceSettled(List<? extends Operation> operations, BranchEvents events) {
    List<Settlement> settlements =
        operations.stream()
            .filter(Settlement.class::isInstance)
            .map(Settlement.class::cast)
            .toList();
    if (!settlements.isEmpty()) {
      events.settled(settlements);
    }
  }

  /** Whether a message of an ordering key is sent or settled. */
  static boolean keyed(List<Operation> operations) {
    return operations.stream()
        .anyMatch(
            operation ->
                operation instanceof Enqueue enqueue
                    ? enqueue.message().isInLine()
                    : settlesKeyed(operation));
  }

  /** Whether a message of an ordering key is settled. */
  static boolean settlesKeyed(List<Operation> operations) {
    return operations.stream().anyMatch(Queues::settlesKeyed);
  }

  private static boolean settlesKeyed(Operation operation) {
    return operation instanceof Settlement settlement && settlement.lease().lineKey() != null;
  }

  /** Those of sends and settlements. */
  static Set<QueueName> of(List<Operation> operations) {
    Set<QueueName> queues = new HashSet<>(settledIn(operations));
    for (Operation operation : operations) {
      // One that waits for its turn is visible once it is in its line: that is told then.
      if (operation instanceof Enqueue enqueue && !enqueue.message().isInLine()) {
        queues.add(operation.queue());
      }
    }
    return queues;
  }

  /** Those of settlements alone: a message is tried again, or moved to a dead-letter queue. */
  static Set<QueueName> settledIn(List<Operation> operations) {
    Set<QueueName> queues = new HashSet<>();
    for (Operation operation : operations) {
      if (operation instanceof Retry || operation instanceof Reject) {
        queues.add(operation.queue());
        ((Settlement) operation).lease().policy().deadLetterQueue().ifPresent(queues::add);
      }
    }
    return queues;
  }
}
