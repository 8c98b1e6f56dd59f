package dev.waybill.ra.work;

import jakarta.resource.spi.work.ExecutionContext;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkListener;
import jakarta.resource.spi.work.WorkManager;
import jakarta.resource.spi.work.WorkRejectedException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** A WorkManager on threads of its own, whose context class loader is not the adapter's. */
final class PoolWorkManager implements WorkManager, AutoCloseable {

  static final ClassLoader CONTAINER = new ClassLoader("container", null) {};

  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "work");
            thread.setContextClassLoader(CONTAINER);
            return thread;
          });

  private final AtomicInteger refusals = new AtomicInteger();

  /** Refuses the next works. */
  void refuse(int count) {
    refusals.set(count);
  }

  @Override
  public void scheduleWork(Work work) throws WorkRejectedException {
    if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new WorkRejectedException("full");
    }
    try {
      threads.execute(work);
    } catch (RejectedExecutionException e) {
      throw new WorkRejectedException(e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  @Override
  public void scheduleWork(
      Work work, long startTimeout, ExecutionContext context, WorkListener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void doWork(Work work) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void doWork(
      Work work, long startTimeout, ExecutionContext context, WorkListener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long startWork(Work work) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long startWork(
      Work work, long startTimeout, ExecutionContext context, WorkListener listener) {
    throw new UnsupportedOperationException();
  }
}
