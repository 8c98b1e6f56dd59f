package dev.waybill.ra.work;

import jakarta.resource.spi.work.ExecutionContext;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkListener;
import jakarta.resource.spi.work.WorkManager;
import jakarta.resource.spi.work.WorkRejectedException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

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

  @Override
  public void scheduleWork(Work work) throws WorkRejectedException {
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
