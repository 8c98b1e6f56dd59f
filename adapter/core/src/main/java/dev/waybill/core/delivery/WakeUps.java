package dev.waybill.core.delivery;

import dev.waybill.core.branch.Released;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.TaskScheduler.Cancellable;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Who wants to know that messages of a queue may have become visible. */
public final class WakeUps {

  private final Map<QueueName, List<Runnable>> listeners = new ConcurrentHashMap<>();
  private volatile Consumer<Set<QueueName>> passOn = queues -> {};
  private volatile Runnable lineUp = () -> {};
  private volatile Consumer<UUID> gaveUp = messageId -> {};
  private volatile Runnable windows = () -> {};

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
   * Wakes everyone interested in any of these queues, once each, on this node and on others.
   *
   * @param queues where messages may have become visible
   */
  public void signal(Set<QueueName> queues) {
    wake(queues);
    passOn.accept(queues);
  }

  /** Where signals go beside this node; must be quick and must not throw. */
  void passOn(Consumer<Set<QueueName>> others) {
    passOn = others;
  }

  /** The messages of a branch were released. */
  void released(Released released) {
    signal(released.queues());
    if (released.keyed()) {
      keysChanged();
    }
  }

  /** Messages of ordering keys were sent or settled: quick; may be called on any thread. */
  void keysChanged() {
    lineUp.run();
    windows.run();
  }

  /** Who waits for room in streams; must be quick and must not throw. */
  void onStreamsChanged(Runnable waiting) {
    windows = waiting;
  }

  /** Who puts ordering keys in order; must be quick and must not throw. */
  void onKeysChanged(Runnable lines) {
    lineUp = lines;
  }

  /** A message was given up for good: quick; may be called on any thread. */
  void gaveUp(UUID messageId) {
    gaveUp.accept(messageId);
  }

  /** Who wants to know what was given up; must be quick and must not throw. */
  void onGivenUp(Consumer<UUID> listener) {
    gaveUp = listener;
  }

  /** Wakes everyone of this node who is interested in any of these queues, once each. */
  void wake(Set<QueueName> queues) {
    Set<Runnable> woken = new LinkedHashSet<>();
    for (QueueName queue : queues) {
      woken.addAll(listeners.getOrDefault(queue, List.of()));
    }
    woken.forEach(Runnable::run);
  }

  /** Wakes everyone of this node. */
  void wakeAll() {
    wake(Set.copyOf(listeners.keySet()));
  }
}
