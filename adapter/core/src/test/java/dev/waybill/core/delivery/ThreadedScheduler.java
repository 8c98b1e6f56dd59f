package dev.waybill.core.delivery;

import dev.waybill.core.model.StoreClock;
import dev.waybill.core.model.TaskScheduler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A scheduler on real threads, with the real time. */
final class ThreadedScheduler implements TaskScheduler, StoreClock, AutoCloseable {

  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  @Override
  public Instant now() {
    return Clock.systemUTC().instant();
  }

  @Override
  public boolean execute(String name, Runnable task) {
    try {
      workers.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  @Override
  public Cancellable after(Duration delay, String name, Runnable task) {
    try {
      Future<?> future =
          timer.schedule(() -> execute(name, task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      return () -> {};
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    workers.shutdownNow();
  }
}
