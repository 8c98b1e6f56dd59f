package dev.waybill.itests.audit;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the databases say.
 *
 * @param effects of each order that has any
 * @param queued orders that the queue still has a message of, delivered or not
 * @param inDoubt transaction branches that nobody has finished, each as text
 * @param completedTwice completions of a message beyond its first, in the queue's own history
 */
public record Books(
    Map<Long, Effects> effects, Set<Long> queued, List<String> inDoubt, long completedTwice) {

  Effects of(long order) {
    return effects.getOrDefault(order, Effects.NONE);
  }
}
