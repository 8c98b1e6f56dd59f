package dev.waybill.testkit.work;

import dev.waybill.testkit.ContractChecker;
import java.util.Timer;
import java.util.TimerTask;

/**
 * A real timer whose thread the checker knows. A timer whose only task is a periodic one has nobody
 * to hold up: its task may do what tasks of a shared timer may not.
 */
public final class ContainerTimer extends Timer {

  private final ContractChecker checker;
  private volatile boolean cancelled;
  private int tasks;

  /**
   * A timer with a thread of its own.
   *
   * @param checker is told of the thread
   */
  public ContainerTimer(ContractChecker checker) {
    super("container-timer", true);
    this.checker = checker;
    tell(checker::timerBegins);
  }

  private void tell(Runnable news) {
    super.schedule(
        new TimerTask() {
          @Override
          public void run() {
            news.run();
          }
        },
        0);
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

  private synchronized void added(boolean periodic) {
    tasks++;
    if (tasks == 1 && periodic) {
      tell(checker::timerEnds);
    } else if (tasks == 2) {
      tell(checker::timerBegins);
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    super.cancel();
  }

  /** Whether its owner has cancelled it. */
  public boolean isCancelled() {
    return cancelled;
  }
}
