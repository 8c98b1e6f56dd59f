package dev.waybill.testkit.work;

import jakarta.resource.spi.work.ExecutionContext;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkListener;
import jakarta.resource.spi.work.WorkManager;
import jakarta.resource.spi.work.WorkRejectedException;
import java.time.Duration;

/** A work manager of the container. */
public abstract sealed class SimulatedWorkManager implements WorkManager
    permits ThreadedWorkManager, SteppingWorkManager {

  private enum Life {
    RUNNING,
    STOPPED,
    CRASHED
  }

  private final WorkEnvironment environment;
  private volatile Life life = Life.RUNNING;

  SimulatedWorkManager(WorkEnvironment environment) {
    this.environment = environment;
  }

  /** The adapter has stopped: whatever still runs or is submitted from now on is a violation. */
  public final void stop() {
    life = Life.STOPPED;
    int discarded = discard();
    if (discarded > 0) {
      environment.checker().violation(discarded + " Work(s) waiting when the adapter had stopped");
    }
    shutdown();
    try {
      // a Work that is over from the adapter's view may still be on its way out of its thread
      if (!awaitIdle(Duration.ofMillis(500))) {
        environment.checker().violation("Work still running when the adapter had stopped");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The server died: nothing that has not begun begins any more. */
  public final void crash() {
    life = Life.CRASHED;
    discard();
    shutdown();
  }

  /** Drops what has not begun; returns how many Works that were. */
  abstract int discard();

  abstract void shutdown();

  /**
   * Waits until no Work runs.
   *
   * @param timeout how long at most
   * @return false if some still run
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public abstract boolean awaitIdle(Duration timeout) throws InterruptedException;

  abstract void submit(WorkRun run) throws WorkException;

  private WorkRun accept(Work work, long startTimeout, ExecutionContext context, WorkListener told)
      throws WorkException {
    if (context != null && context.getXid() != null) {
      throw new WorkRejectedException(
          "Imported transactions are not supported", WorkException.TX_RECREATE_FAILED);
    }
    WorkRun run = new WorkRun(environment, this, work, startTimeout, told);
    if (life == Life.STOPPED) {
      environment.checker().violation(work + " was submitted after the adapter was stopped");
    }
    if (life != Life.RUNNING) {
      run.reject(WorkException.INTERNAL);
      throw new WorkRejectedException("The container is " + life, WorkException.INTERNAL);
    }
    submit(run);
    return run;
  }

  @Override
  public void doWork(Work work) throws WorkException {
    doWork(work, INDEFINITE, null, null);
  }

  @Override
  public void doWork(
      Work work, long startTimeout, ExecutionContext context, WorkListener workListener)
      throws WorkException {
    WorkRun run = accept(work, startTimeout, context, workListener);
    beforeWaiting(run);
    run.awaitEnd();
  }

  @Override
  public long startWork(Work work) throws WorkException {
    return startWork(work, INDEFINITE, null, null);
  }

  @Override
  public long startWork(
      Work work, long startTimeout, ExecutionContext context, WorkListener workListener)
      throws WorkException {
    WorkRun run = accept(work, startTimeout, context, workListener);
    beforeWaiting(run);
    return run.awaitStart();
  }

  @Override
  public void scheduleWork(Work work) throws WorkException {
    scheduleWork(work, INDEFINITE, null, null);
  }

  @Override
  public void scheduleWork(
      Work work, long startTimeout, ExecutionContext context, WorkListener workListener)
      throws WorkException {
    WorkRun run = accept(work, startTimeout, context, workListener);
    assert run != null;
  }

  /** Called before a caller waits for a Work. */
  abstract void beforeWaiting(WorkRun run);
}
