package dev.waybill.core.delivery;

import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.TaskScheduler.Cancellable;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who wants to know that messages of a queue may have become visible on this node. */
public final class WakeUps {

  private final Map<QueueName, List<Runnable>> listeners = new ConcurrentHashMap<>();

  /**
   * Registers interest.
   *
   * @param queues the queues
   * @param wake must be quick and must not throw; called on the signalling thread
   * @return ends it
   */
  public Cancellable register(Collection<QueueName> queues, Runnable wake) {
    List<QueueName> names = List.copyOf(queues);
    for (QueueName name : names) {
      listeners.computeIfAbsent(name, any -> new CopyOnWriteArrayList<>()).add(wake);
    }
    return () -> names.forEach(name -> listeners.get(name).remove(wake));
  }

  /**
   * Wakes everyone interested in any of these queues, once each.
   *
   * @param queues where messages may have become visible
   */
  public void signal(Set<QueueName> queues) {
    Set<Runnable> woken = new LinkedHashSet<>();
    for (QueueName queue : queues) {
      woken.addAll(listeners.getOrDefault(queue, List.of()));
    }
    woken.forEach(Runnable::run);
  }
}
