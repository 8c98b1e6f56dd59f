package dev.waybill.core.delivery;

import dev.waybill.core.model.StoreClock;
import dev.waybill.core.model.TaskScheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * A scheduler and a clock moved by hand: nothing runs until the test says so, everything runs on
 * the test's thread, in an order that is always the same.
 */
final class SteppingScheduler implements TaskScheduler, StoreClock {

  private record Timer(Instant at, long order, String name, Runnable task) {}

  private final Deque<Runnable> ready = new ArrayDeque<>();
  private final List<Timer> timers = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private Instant leaptAt = Instant.MIN;
  private long order;
  private long executed;
  private boolean full;

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public boolean execute(String name, Runnable task) {
    if (full) {
      return false;
    }
    executed++;
    ready.add(task);
    return true;
  }

  @Override
  public Cancellable after(Duration delay, String name, Runnable task) {
    assertThatNotNegative(delay);
    Timer timer = new Timer(now.plus(delay), order++, name, task);
    timers.add(timer);
    return () -> timers.remove(timer);
  }

  private static void assertThatNotNegative(Duration delay) {
    if (delay.isNegative()) {
      throw new AssertionError("A delay of " + delay);
    }
  }

  /** From now on tasks are refused, or accepted again. */
  void setFull(boolean full) {
    this.full = full;
  }

  /** How many tasks were accepted so far. */
  long executed() {
    return executed;
  }

  /** Runs what is ready until nothing is. */
  void run() {
    for (int i = 0; !ready.isEmpty(); i++) {
      if (i > 100_000) {
        throw new AssertionError("Tasks start tasks without end");
      }
      ready.poll().run();
    }
  }

  /** Moves the time on, running each timer when it is due. */
  void advance(Duration duration) {
    Instant end = now.plus(duration);
    run();
    while (true) {
      Timer next =
          timers.stream()
              .filter(timer -> !timer.at().isAfter(end))
              .min(Comparator.comparing(Timer::at).thenComparing(Timer::order))
              .orElse(null);
      if (next == null) {
        break;
      }
      timers.remove(next);
      now = next.at().isAfter(now) ? next.at() : now;
      next.task().run();
      run();
    }
    now = end;
  }

  /** Time passes while something runs. */
  void pass(Duration duration) {
    now = now.plus(duration);
  }

  /** More time passes than for the timers. */
  void leap(Duration duration) {
    now = now.plus(duration);
    timers.replaceAll(
        timer -> new Timer(timer.at().plus(duration), timer.order(), timer.name(), timer.task()));
    leaptAt = now;
  }

  /** The clock is set back while nobody looks at it: a clock that is read anew knows of no leap. */
  void setBack(Duration duration) {
    now = now.minus(duration);
    leaptAt = Instant.MIN;
  }

  @Override
  public Instant leaptAt() {
    return leaptAt;
  }

  /** The names of the timers that are set. */
  List<String> timers() {
    return timers.stream().map(Timer::name).toList();
  }
}
