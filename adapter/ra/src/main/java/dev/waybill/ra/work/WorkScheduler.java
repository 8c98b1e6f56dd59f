package dev.waybill.ra.work;

import dev.waybill.core.model.TaskScheduler;
import dev.waybill.ra.RaLog;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkManager;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs the queue's tasks on the container's WorkManager (Jakarta Connectors 2.1, chapter 10). Every
 * task runs with the adapter's class loader as context class loader and without a transaction.
 *
 * <p>One Work waits for what is to run later. The container's Timer counts by the clock on the
 * wall: set back by an hour it would hold renewals and polls back for that hour. So it only brings
 * back the Work that waits, should the WorkManager refuse it.
 */
public final class WorkScheduler implements TaskScheduler {

  private static final String WATCH = "wait for what is due";
  private static final Duration AFTER_REFUSAL = Duration.ofMillis(200);

  private final WorkManager works;
  private final Timer timer;
  private final ClassLoader loader;
  private final RunningWorks running = new RunningWorks();
  private final Delays delays = new Delays();
  private final AtomicBoolean watching = new AtomicBoolean();
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
    AtomicReference<Runnable> pending = new AtomicReference<>(task);
    Delays.Entry entry = delays.add(delay.isNegative() ? Duration.ZERO : delay, name, pending);
    watch();
    return () -> {
      pending.set(null);
      if (entry != null) {
        delays.remove(entry);
      }
    };
  }

  private void watch() {
    if (!running.isStopping() && watching.compareAndSet(false, true)) {
      if (!submit(WATCH, new AtomicReference<>(this::submitWhatBecomesDue))) {
        watchLater();
      }
    }
  }

  private void watchLater() {
    watching.set(false);
    try {
      timer.schedule(
          new TimerTask() {
            @Override
            public void run() {
              watch();
            }
          },
          AFTER_REFUSAL.toMillis());
    } catch (IllegalStateException e) {
      // The timer is cancelled: the adapter stops.
      delays.close();
    }
  }

  private void submitWhatBecomesDue() {
    try {
      boolean taken = true;
      while (taken) {
        Optional<Delays.Entry> due = delays.take();
        taken = due.isPresent() && submitOrKeep(due.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // A full WorkManager gets this thread back for a while; after a stop the timer is cancelled.
      watchLater();
    }
  }

  /** A task that is refused is kept: renewals and polls must not end with it. */
  private boolean submitOrKeep(Delays.Entry entry) {
    if (entry.pending().get() == null || submit(entry.name(), entry.pending())) {
      return true;
    }
    delays.add(Duration.ZERO, entry.name(), entry.pending());
    return false;
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
    delays.close();
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
