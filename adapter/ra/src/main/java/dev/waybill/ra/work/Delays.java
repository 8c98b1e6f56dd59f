package dev.waybill.ra.work;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Tasks that are to run later, by the JVM's steady counter. Thread-safe. */
final class Delays {

  /**
   * A task that is to run later.
   *
   * @param dueNanos when, by {@link System#nanoTime}
   * @param order of tasks due at the same time
   * @param name for logs
   * @param pending the task; null once it has begun or was taken back
   */
  record Entry(long dueNanos, long order, String name, AtomicReference<Runnable> pending) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // The counter may be negative and may wrap around: only differences can be compared.
  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(
          ((Comparator<Entry>) (a, b) -> Long.signum(a.dueNanos() - b.dueNanos()))
              .thenComparingLong(Entry::order));
  private long nextOrder;
  private boolean closed;

  /** Adds a task; null if no more are taken. */
  Entry add(Duration delay, String name, AtomicReference<Runnable> pending) {
    lock.lock();
    try {
      if (closed) {
        return null;
      }
      Entry entry = new Entry(System.nanoTime() + delay.toNanos(), nextOrder++, name, pending);
      entries.add(entry);
      changed.signalAll();
      return entry;
    } finally {
      lock.unlock();
    }
  }

  void remove(Entry entry) {
    lock.lock();
    try {
      entries.remove(entry);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the next task that is due, and removes it; empty once this is closed. */
  Optional<Entry> take() throws InterruptedException {
    lock.lock();
    try {
      while (!closed) {
        Entry head = entries.peek();
        if (head == null) {
          changed.await();
          continue;
        }
        long left = head.dueNanos() - System.nanoTime();
        if (left <= 0) {
          return Optional.of(entries.remove());
        }
        changed.awaitNanos(left);
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more, and forgets what it has. */
  void close() {
    lock.lock();
    try {
      closed = true;
      entries.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
