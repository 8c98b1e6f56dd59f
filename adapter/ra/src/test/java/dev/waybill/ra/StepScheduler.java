package dev.waybill.ra;

import dev.waybill.core.model.TaskScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs tasks when told to, on the test's thread. */
public final class StepScheduler implements TaskScheduler {

  /** A task that waits. */
  public record Waiting(Duration delay, String name, Runnable task) {}

  private final List<Waiting> waiting = new ArrayList<>();

  @Override
  public boolean execute(String name, Runnable task) {
    waiting.add(new Waiting(Duration.ZERO, name, task));
    return true;
  }

  @Override
  public Cancellable after(Duration delay, String name, Runnable task) {
    Waiting added = new Waiting(delay, name, task);
    waiting.add(added);
    return () -> waiting.remove(added);
  }

  /** Runs the task that waits longest, and returns the delay it was scheduled with. */
  public Duration step() {
    Waiting next = waiting.remove(0);
    next.task().run();
    return next.delay();
  }

  /** How many tasks wait. */
  public int size() {
    return waiting.size();
  }
}
