package dev.waybill.core.branch;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.model.Backoff;
import dev.waybill.core.model.CoalescedTask;
import dev.waybill.core.model.TaskScheduler;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Watches the streams whose senders wait: all with one look, and those that have to be counted with
 * another, soon after something was settled here, and from time to time for what was settled
 * elsewhere. Nothing runs while nobody waits. Thread-safe.
 */
public final class StreamWindows {

  private static final String WATCHING = "Watching streams whose senders wait";
  private static final Duration SHORTEST = Duration.ofMillis(20);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private final Supplier<StreamStore> store;
  private final TaskScheduler scheduler;
  private final Backoff backoff = new Backoff(SHORTEST, LONGEST);
  private final List<Waiter> waiters = new CopyOnWriteArrayList<>();
  private final CoalescedTask watching;
  private boolean armed;
  private volatile boolean stopped;

  private record Waiter(
      String producerId, StreamState from, boolean counting, CompletableFuture<StreamState> told) {}

  /**
   * The windows of one adapter.
   *
   * @param store knows the streams; throws {@code UNAVAILABLE} while it is not open
   * @param scheduler runs the looks
   */
  public StreamWindows(Supplier<StreamStore> store, TaskScheduler scheduler) {
    this.store = Objects.requireNonNull(store, "store");
    this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
    this.watching =
        new CoalescedTask(
            WATCHING,
            scheduler,
            this::look,
            this::lookLater,
            error -> refuse(List.copyOf(waiters), error));
  }

  /**
   * The next state of a stream that differs from one; null if the stream is gone. To be handed to
   * {@link #forget} by who does not wait any more.
   *
   * @param counting whether to count, see {@link StreamStore#look}
   */
  CompletableFuture<StreamState> changed(String producerId, StreamState from, boolean counting) {
    Waiter waiter = new Waiter(producerId, from, counting, new CompletableFuture<>());
    waiters.add(waiter);
    if (stopped) {
      refuse(List.of(waiter), stopping());
    }
    soon();
    return waiter.told;
  }

  /** Nobody waits for what {@link #changed} returned any more. */
  void forget(CompletableFuture<StreamState> told) {
    waiters.removeIf(waiter -> waiter.told.equals(told));
  }

  /** Something was settled or released. Quick; called on any thread. */
  public void soon() {
    if (waiters.isEmpty()) {
      return;
    }
    if (!watching.soon()) {
      lookLater();
    }
  }

  private void look() {
    look(false);
    look(true);
  }

  private void look(boolean counting) {
    List<Waiter> asking = waiters.stream().filter(each -> each.counting == counting).toList();
    if (asking.isEmpty()) {
      return;
    }
    Set<String> producers =
        asking.stream()
            .map(Waiter::producerId)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Map<String, StreamState> states = store.get().look(producers, counting);
    for (Waiter waiter : asking) {
      StreamState state = states.get(waiter.producerId);
      if (!waiter.from.equals(state)) {
        backoff.reset();
        waiter.told.complete(state);
      }
    }
  }

  private static void refuse(List<Waiter> asking, RuntimeException why) {
    asking.forEach(waiter -> waiter.told.completeExceptionally(why));
  }

  private static QueueException stopping() {
    return new QueueException(
        Kind.UNAVAILABLE,
        "Waybill is stopping, so nobody can wait for room in a stream. Nothing was sent. Open the"
            + " stream again after the start.");
  }

  /** Nobody waits any more: nobody would look for him. */
  public void stop() {
    stopped = true;
    refuse(List.copyOf(waiters), stopping());
  }

  private void lookLater() {
    synchronized (this) {
      if (armed || waiters.isEmpty()) {
        return;
      }
      armed = true;
    }
    scheduler.after(
        backoff.next(),
        WATCHING,
        () -> {
          synchronized (this) {
            armed = false;
          }
          soon();
        });
  }
}
