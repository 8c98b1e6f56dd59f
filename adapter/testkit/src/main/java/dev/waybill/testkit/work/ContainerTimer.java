package dev.waybill.testkit.work;

import dev.waybill.testkit.ContractChecker;
import java.util.Timer;
import java.util.TimerTask;

/** A real timer whose thread the checker knows. */
public final class ContainerTimer extends Timer {

  private volatile boolean cancelled;

  /**
   * A timer with a thread of its own.
   *
   * @param checker is told of the thread
   */
  public ContainerTimer(ContractChecker checker) {
    super("container-timer", true);
    schedule(
        new TimerTask() {
          @Override
          public void run() {
            checker.timerBegins();
          }
        },
        0);
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
