package dev.waybill.testkit.work;

import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkRejectedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A work manager with a bounded pool of real threads and a bounded queue before it. */
public final class ThreadedWorkManager extends SimulatedWorkManager {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final ThreadPoolExecutor pool;
  private final AtomicInteger unfinished = new AtomicInteger();

  /**
   * A pool.
   *
   * @param environment what surrounds each Work
   * @param threads how many threads, 1 or more
   * @param queued how many Works may wait for a thread; more are rejected
   */
  public ThreadedWorkManager(WorkEnvironment environment, int threads, int queued) {
    super(environment);
    this.pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(queued),
            task -> {
              Thread thread = new Thread(task, "work-" + NUMBER.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  void submit(WorkRun run) throws WorkException {
    unfinished.incrementAndGet();
    try {
      pool.execute(new Counted(run));
    } catch (RejectedExecutionException e) {
      unfinished.decrementAndGet();
      run.reject(WorkException.UNDEFINED);
      throw new WorkRejectedException("The pool is full", e);
    }
  }

  @Override
  void beforeWaiting(WorkRun run) {}

  @Override
  int discard() {
    List<Runnable> waiting = new ArrayList<>();
    pool.getQueue().drainTo(waiting);
    for (Runnable task : waiting) {
      ((Counted) task).run.reject(WorkException.INTERNAL);
      unfinished.decrementAndGet();
    }
    return waiting.size();
  }

  @Override
  void shutdown() {
    pool.shutdown();
  }

  @Override
  public boolean awaitIdle(Duration timeout) throws InterruptedException {
    if (pool.isShutdown()) {
      return pool.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
    long end = System.nanoTime() + timeout.toNanos();
    synchronized (unfinished) {
      while (unfinished.get() > 0) {
        long leftMillis = (end - System.nanoTime()) / 1_000_000;
        if (leftMillis <= 0) {
          return false;
        }
        unfinished.wait(leftMillis);
      }
    }
    return true;
  }

  private final class Counted implements Runnable {

    private final WorkRun run;

    Counted(WorkRun run) {
      this.run = run;
    }

    @Override
    public void run() {
      try {
        run.run();
      } finally {
        synchronized (unfinished) {
          unfinished.decrementAndGet();
          unfinished.notifyAll();
        }
      }
    }
  }
}
