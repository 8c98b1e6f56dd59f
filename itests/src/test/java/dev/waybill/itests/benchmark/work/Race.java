package dev.waybill.itests.benchmark.work;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.measure.CpuTime;
import dev.waybill.itests.benchmark.measure.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Threads that do the standard work as fast as they can. */
public final class Race {

  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final Database database;
  private final int threads;

  /** A number of threads on a database. */
  public Race(Database database, int threads) {
    this.database = database;
    this.threads = threads;
  }

  /** Handles a number of messages. */
  public Sample consume(Contestant.Attempt attempt, long count) throws Exception {
    AtomicLong handled = new AtomicLong();
    List<Callable<Void>> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Contestant.Consumer consumer = attempt.consumer();
      workers.add(() -> consume(consumer, handled, count));
    }
    return measure(attempt, workers, count);
  }

  private static Void consume(Contestant.Consumer consumer, AtomicLong handled, long count)
      throws Exception {
    try (consumer) {
      long deadline = System.nanoTime() + PATIENCE_NANOS;
      // A message is claimed before it is handled, so that no more than the number are.
      while (handled.getAndIncrement() < count) {
        while (!consumer.handleOne()) {
          if (System.nanoTime() > deadline) {
            throw new IllegalStateException("The queue seems empty before its time");
          }
        }
      }
      return null;
    }
  }

  /** Sends messages. */
  public Sample produce(Contestant.Attempt attempt, List<Item> items) throws Exception {
    AtomicInteger next = new AtomicInteger();
    List<Callable<Void>> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Contestant.Producer producer = attempt.producer();
      workers.add(
          () -> {
            try (producer) {
              for (int n = next.getAndIncrement(); n < items.size(); n = next.getAndIncrement()) {
                producer.send(items.get(n));
              }
              return null;
            }
          });
    }
    return measure(attempt, workers, items.size());
  }

  private Sample measure(Contestant.Attempt attempt, List<Callable<Void>> workers, long count)
      throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CountDownLatch go = new CountDownLatch(1);
      List<Future<Void>> running = new ArrayList<>();
      for (Callable<Void> worker : workers) {
        running.add(
            pool.submit(
                () -> {
                  go.await();
                  return worker.call();
                }));
      }
      long cpu = CpuTime.micros() + database.cpuMicros();
      long start = System.nanoTime();
      attempt.start();
      go.countDown();
      awaitAll(running);
      attempt.finish();
      long nanos = System.nanoTime() - start;
      return new Sample(count, nanos, CpuTime.micros() + database.cpuMicros() - cpu);
    } finally {
      pool.shutdownNow();
    }
  }

  /**
   * Handles messages for some time.
   *
   * @param slice how long a slice of that time is, in milliseconds
   * @param slices how many there are
   * @return how many were handled in each slice
   */
  public List<Long> consumeFor(Contestant.Attempt attempt, long slice, int slices)
      throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    CountDownLatch stop = new CountDownLatch(1);
    AtomicLong handled = new AtomicLong();
    try {
      List<Future<Void>> running = new ArrayList<>();
      List<Contestant.Consumer> consumers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        consumers.add(attempt.consumer());
      }
      attempt.start();
      for (Contestant.Consumer consumer : consumers) {
        running.add(
            pool.submit(
                () -> {
                  try (consumer) {
                    while (stop.getCount() > 0) {
                      if (consumer.handleOne()) {
                        handled.incrementAndGet();
                      }
                    }
                    return null;
                  }
                }));
      }
      List<Long> counts = new ArrayList<>();
      long before = 0;
      for (int i = 0; i < slices; i++) {
        if (stop.await(slice, TimeUnit.MILLISECONDS)) {
          break;
        }
        long now = handled.get();
        counts.add(now - before);
        before = now;
      }
      stop.countDown();
      awaitAll(running);
      attempt.finish();
      return counts;
    } finally {
      stop.countDown();
      pool.shutdownNow();
    }
  }

  private static void awaitAll(List<Future<Void>> running) throws Exception {
    for (Future<Void> each : running) {
      try {
        each.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("A worker failed", e.getCause());
      }
    }
  }
}
