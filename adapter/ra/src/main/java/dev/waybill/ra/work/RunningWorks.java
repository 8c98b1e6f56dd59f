package dev.waybill.ra.work;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts what is submitted or running, so that a stop can refuse more and wait for the rest. */
final class RunningWorks {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private int count;
  private boolean stopping;

  /** Counts one in; false if stopping. */
  boolean begin() {
    lock.lock();
    try {
      if (stopping) {
        return false;
      }
      count++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Counts one out. */
  void end() {
    lock.lock();
    try {
      count--;
      if (count == 0) {
        idle.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  boolean isStopping() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  /** Refuses more, waits for the rest, and says how many are left. */
  int stop(Duration atMost) {
    lock.lock();
    try {
      stopping = true;
      long left = atMost.toNanos();
      while (count > 0 && left > 0) {
        left = idle.awaitNanos(left);
      }
      return count;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return count;
    } finally {
      lock.unlock();
    }
  }
}
