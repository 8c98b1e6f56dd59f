package dev.waybill.core.store;

import dev.waybill.core.model.QueueName;
import java.util.HashSet;
import java.util.Set;

/**
 * What nodes tell each other.
 *
 * @param queues where messages may have become visible
 * @param answered the starts of nodes for which answers were left
 */
public record News(Set<QueueName> queues, Set<String> answered) {

  /** Nothing. */
  public static final News NONE = new News(Set.of(), Set.of());

  /** Copies both. */
  public News {
    queues = Set.copyOf(queues);
    answered = Set.copyOf(answered);
  }

  /** Both together. */
  public News and(News other) {
    Set<QueueName> allQueues = new HashSet<>(queues);
    allQueues.addAll(other.queues);
    Set<String> allAnswered = new HashSet<>(answered);
    allAnswered.addAll(other.answered);
    return new News(allQueues, allAnswered);
  }

  /** Whether there is nothing to tell. */
  public boolean isEmpty() {
    return queues.isEmpty() && answered.isEmpty();
  }
}
