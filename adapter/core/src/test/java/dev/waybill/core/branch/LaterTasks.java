package dev.waybill.core.branch;

import dev.waybill.core.model.TaskScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs what was put off when told to, on the test's thread. */
final class LaterTasks implements TaskScheduler {

  private final List<Runnable> waiting = new ArrayList<>();
  private boolean refusing;

  @Override
  public boolean execute(String name, Runnable task) {
    return !refusing && waiting.add(task);
  }

  /** From now on tasks are refused, or accepted again. */
  void refuse(boolean all) {
    refusing = all;
  }

  @Override
  public Cancellable after(Duration delay, String name, Runnable task) {
    waiting.add(task);
    return () -> waiting.remove(task);
  }

  /** Runs what waits now; returns how much that was. */
  int run() {
    List<Runnable> due = List.copyOf(waiting);
    waiting.clear();
    due.forEach(Runnable::run);
    return due.size();
  }
}
