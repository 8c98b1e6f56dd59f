package dev.waybill.core.delivery;

import dev.waybill.core.delivery.WaitingRoom.Waiter;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.TaskScheduler.Cancellable;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/** A {@link WaitingRoom} for each set of queues that anybody waits for. Thread-safe. */
final class WaitingRooms {

  private final WakeUps wakeUps;
  private final BiFunction<List<QueueName>, String, WaitingRoom> build;
  private final Map<Key, Open> rooms = new HashMap<>();
  private boolean stopped;

  private record Key(Set<QueueName> queues, String group) {}

  private static final class Open {
    private final WaitingRoom room;
    private final Cancellable signals;
    private int waiters;

    Open(WaitingRoom room, Cancellable signals) {
      this.room = room;
      this.signals = signals;
    }
  }

  /**
   * No room yet.
   *
   * @param build makes a room for queues and a group
   */
  WaitingRooms(WakeUps wakeUps, BiFunction<List<QueueName>, String, WaitingRoom> build) {
    this.wakeUps = wakeUps;
    this.build = build;
  }

  /** Enters the room for these queues; to be left again. No signal from now on is missed. */
  synchronized Waiter enter(List<QueueName> queues, String group) {
    Open open = rooms.computeIfAbsent(new Key(Set.copyOf(queues), group), this::open);
    open.waiters++;
    if (stopped) {
      open.room.stop();
    }
    return open.room.new Waiter();
  }

  private Open open(Key key) {
    WaitingRoom room = build.apply(List.copyOf(key.queues()), key.group());
    return new Open(room, wakeUps.register(key.queues(), room::wake));
  }

  /** Leaves; the last one closes the room. */
  synchronized void leave(Waiter waiter) {
    rooms
        .values()
        .removeIf(
            open -> {
              boolean last = isIn(open, waiter) && --open.waiters == 0;
              if (last) {
                open.signals.cancel();
                open.room.close();
              }
              return last;
            });
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean isIn(Open open, Waiter waiter) {
    return open.room == waiter.room();
  }

  /** A message of some queue becomes due. */
  synchronized void dueAt(Instant at) {
    rooms.values().forEach(open -> open.room.timers().dueAt(at));
  }

  /** Ends all waits, those to come too. */
  synchronized void stop() {
    stopped = true;
    rooms.values().forEach(open -> open.room.stop());
  }

  synchronized boolean stopped() {
    return stopped;
  }
}
