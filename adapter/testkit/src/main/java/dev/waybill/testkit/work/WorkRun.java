package dev.waybill.testkit.work;

import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkAdapter;
import jakarta.resource.spi.work.WorkCompletedException;
import jakarta.resource.spi.work.WorkEvent;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkListener;
import jakarta.resource.spi.work.WorkManager;
import jakarta.resource.spi.work.WorkRejectedException;
import java.util.concurrent.CountDownLatch;

/** One submitted Work on its way through a work manager (Jakarta Connectors 2.1, chapter 10). */
final class WorkRun implements Runnable {

  private final WorkEnvironment environment;
  private final WorkManager source;
  private final Work work;
  private final long startTimeoutMillis;
  private final WorkListener listener;
  private final long acceptedNanos = System.nanoTime();
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile WorkException error;

  WorkRun(
      WorkEnvironment environment,
      WorkManager source,
      Work work,
      long startTimeoutMillis,
      WorkListener listener) {
    this.environment = environment;
    this.source = source;
    this.work = work;
    this.startTimeoutMillis = startTimeoutMillis;
    this.listener = listener == null ? new WorkAdapter() : listener;
    this.listener.workAccepted(event(WorkEvent.WORK_ACCEPTED, null));
  }

  @Override
  public void run() {
    long waitedMillis = (System.nanoTime() - acceptedNanos) / 1_000_000;
    if (startTimeoutMillis > 0 && waitedMillis > startTimeoutMillis) {
      reject(WorkException.START_TIMED_OUT);
      return;
    }
    listener.workStarted(event(WorkEvent.WORK_STARTED, null));
    started.countDown();
    try {
      environment.run(work);
    } catch (Throwable e) {
      error = new WorkCompletedException(work + " threw " + e, e);
    } finally {
      listener.workCompleted(event(WorkEvent.WORK_COMPLETED, error));
      ended.countDown();
    }
  }

  void reject(String code) {
    error = new WorkRejectedException(work + " is rejected", code);
    listener.workRejected(event(WorkEvent.WORK_REJECTED, error));
    started.countDown();
    ended.countDown();
  }

  long awaitStart() throws WorkException {
    await(started);
    if (error instanceof WorkRejectedException rejected) {
      throw rejected;
    }
    return (System.nanoTime() - acceptedNanos) / 1_000_000;
  }

  void awaitEnd() throws WorkException {
    await(ended);
    if (error != null) {
      throw error;
    }
  }

  private static void await(CountDownLatch latch) throws WorkException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkException("Interrupted while waiting for a Work", e);
    }
  }

  private WorkEvent event(int type, WorkException exception) {
    return new WorkEvent(source, type, work, exception);
  }

  @Override
  public String toString() {
    return work.toString();
  }
}
