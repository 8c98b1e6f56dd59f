package dev.waybill.testkit.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A work manager that runs scheduled Work only when told, one after the other, on the thread that
 * tells it. {@code doWork} and {@code startWork} run at once.
 */
public final class SteppingWorkManager extends SimulatedWorkManager {

  private final Deque<WorkRun> waiting = new ArrayDeque<>();

  /**
   * A work manager with nothing to do.
   *
   * @param environment what surrounds each Work
   */
  public SteppingWorkManager(WorkEnvironment environment) {
    super(environment);
  }

  /**
   * Runs the Work that has waited longest.
   *
   * @return false if there was none
   */
  public boolean runNext() {
    WorkRun next;
    synchronized (waiting) {
      next = waiting.poll();
    }
    if (next == null) {
      return false;
    }
    next.run();
    return true;
  }

  /**
   * Runs what waits, and what that schedules, until nothing waits.
   *
   * @return how many ran
   * @throws IllegalStateException after 10,000: the adapter schedules without end
   */
  public int runAll() {
    int ran = 0;
    while (runNext()) {
      if (++ran == 10_000) {
        throw new IllegalStateException("There is no end of Work; next: " + waiting.peek());
      }
    }
    return ran;
  }

  /** How many Works wait. */
  public int waiting() {
    synchronized (waiting) {
      return waiting.size();
    }
  }

  @Override
  void submit(WorkRun run) {
    synchronized (waiting) {
      waiting.add(run);
    }
  }

  @Override
  void beforeWaiting(WorkRun run) {
    boolean mine;
    synchronized (waiting) {
      mine = waiting.remove(run);
    }
    if (mine) {
      run.run();
    }
  }

  @Override
  int discard() {
    synchronized (waiting) {
      int left = waiting.size();
      waiting.forEach(run -> run.reject(jakarta.resource.spi.work.WorkException.INTERNAL));
      waiting.clear();
      return left;
    }
  }

  @Override
  void shutdown() {}

  @Override
  public boolean awaitIdle(Duration timeout) {
    return waiting() == 0;
  }
}
