package dev.waybill.testkit.work;

import dev.waybill.testkit.ContractChecker;
import java.util.Timer;
import java.util.TimerTask;

/**
 * A real timer whose thread the checker knows. A timer whose only task is a periodic one has nobody
 * to hold up: its task may do what tasks of a shared timer may not.
 */
public final class ContainerTimer extends Timer {

  private volatile boolean cancelled;
  private volatile Thread thread;
  private int tasks;
  private boolean periodic;

  /**
   * A timer with a thread of its own.
   *
   * @param checker is told of the thread
   */
  public ContainerTimer(ContractChecker checker) {
    super("container-timer", true);
    super.schedule(
        new TimerTask() {
          @Override
          public void run() {
            thread = Thread.currentThread();
            checker.timerServes(ContainerTimer.this::isShared);
          }
        },
        0);
  }

  private synchronized boolean isShared() {
    return tasks > 1 || !periodic;
  }

  @Override
  public void schedule(TimerTask task, long delay) {
    added(false);
    super.schedule(task, delay);
  }

  @Override
  public void schedule(TimerTask task, long delay, long period) {
    added(true);
    super.schedule(task, delay, period);
  }

  private synchronized void added(boolean isPeriodic) {
    tasks++;
    periodic = isPeriodic;
  }

  @Override
  public void cancel() {
    cancelled = true;
    super.cancel();
  }

  /** Ends it and its thread, as with the server. */
  public void kill() {
    cancel();
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  /** Whether its owner has cancelled it. */
  public boolean isCancelled() {
    return cancelled;
  }
}
