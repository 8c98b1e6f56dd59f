package dev.waybill.itests.benchmark.adapter;

import dev.waybill.itests.benchmark.work.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that share some items. */
final class Senders {

  private Senders() {}

  /** What is done with each item. */
  @FunctionalInterface
  interface Action {
    void on(Item item) throws Exception;
  }

  /**
   * Does it with all of them.
   *
   * @return how long that took, in nanoseconds
   */
  static long send(List<Item> items, int threads, Action action) throws Exception {
    AtomicInteger next = new AtomicInteger();
    Callable<Void> worker =
        () -> {
          for (int n = next.getAndIncrement(); n < items.size(); n = next.getAndIncrement()) {
            action.on(items.get(n));
          }
          return null;
        };
    List<Callable<Void>> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      workers.add(worker);
    }
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      long start = System.nanoTime();
      for (Future<Void> each : pool.invokeAll(workers)) {
        each.get();
      }
      return System.nanoTime() - start;
    } finally {
      pool.shutdownNow();
    }
  }
}
