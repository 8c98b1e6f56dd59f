package dev.waybill.ra.work;

import dev.waybill.core.model.TaskScheduler;
import dev.waybill.ra.RaLog;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkManager;
import java.time.Duration;
import java.util.Objects;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs the queue's tasks on the container's WorkManager and Timer (Jakarta Connectors 2.1, chapters
 * 10 and 5.3). The Timer only submits Works. Every task runs with the adapter's class loader as
 * context class loader and without a transaction.
 */
public final class WorkScheduler implements TaskScheduler {

  private static final Duration AFTER_REFUSAL = Duration.ofMillis(200);

  private final WorkManager works;
  private final Timer timer;
  private final ClassLoader loader;
  private final RunningWorks running = new RunningWorks();
  private final AtomicBoolean refusing = new AtomicBoolean();

  /**
   * A scheduler of one adapter.
   *
   * @param works the container's
   * @param timer the container's, for this adapter alone; cancelled at stop
   * @param loader the adapter's
   */
  public WorkScheduler(WorkManager works, Timer timer, ClassLoader loader) {
    this.works = Objects.requireNonNull(works, "works");
    this.timer = Objects.requireNonNull(timer, "timer");
    this.loader = Objects.requireNonNull(loader, "loader");
  }

  @Override
  public boolean execute(String name, Runnable task) {
    return submit(name, new AtomicReference<>(task));
  }

  @Override
  public Cancellable after(Duration delay, String name, Runnable task) {
    // The timer keeps a cancelled task until it is due: what it keeps must be empty by then.
    AtomicReference<Runnable> pending = new AtomicReference<>(task);
    TimerTask due = arm(delay, name, pending);
    return () -> {
      pending.set(null);
      due.cancel();
    };
  }

  /** A task that a full WorkManager refuses is kept: renewals and polls must not end with it. */
  private TimerTask arm(Duration delay, String name, AtomicReference<Runnable> pending) {
    TimerTask due =
        new TimerTask() {
          @Override
          public void run() {
            if (pending.get() != null && !submit(name, pending) && !running.isStopping()) {
              arm(AFTER_REFUSAL, name, pending);
            }
          }
        };
    try {
      timer.schedule(due, Math.max(0, delay.toMillis()));
    } catch (IllegalStateException e) {
      // The timer is cancelled: the adapter stops.
      due.cancel();
    }
    return due;
  }

  private boolean submit(String name, AtomicReference<Runnable> pending) {
    if (!running.begin()) {
      return false;
    }
    try {
      works.scheduleWork(new Task(name, pending));
      refusing.set(false);
      return true;
    } catch (WorkException | RuntimeException e) {
      running.end();
      if (!running.isStopping() && refusing.compareAndSet(false, true)) {
        RaLog.workRefused(name, e);
      }
      return false;
    }
  }

  /**
   * Takes no more tasks, and waits for those that run.
   *
   * @param atMost how long to wait
   */
  public void stop(Duration atMost) {
    timer.cancel();
    int left = running.stop(atMost);
    if (left > 0) {
      RaLog.worksLeft(left);
    }
  }

  private final class Task implements Work {

    private final String name;
    private final AtomicReference<Runnable> pending;

    Task(String name, AtomicReference<Runnable> pending) {
      this.name = name;
      this.pending = pending;
    }

    @Override
    public void run() {
      try {
        Runnable task = pending.getAndSet(null);
        if (task != null) {
          AdapterLoader.run(loader, task);
        }
      } catch (Throwable e) {
        RaLog.taskFailed(name, e);
      } finally {
        running.end();
      }
    }

    @Override
    public void release() {
      // Tasks are short; stop() waits for them.
    }

    @Override
    public String toString() {
      return "waybill: " + name;
    }
  }
}
