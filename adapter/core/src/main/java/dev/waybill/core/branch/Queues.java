package dev.waybill.core.branch;

import dev.waybill.core.model.QueueName;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The queues that operations touch. */
final class Queues {

  private Queues() {}

  static Set<QueueName> of(List<Operation> operations) {
    return operations.stream().map(Operation::queue).collect(Collectors.toUnmodifiableSet());
  }
}
