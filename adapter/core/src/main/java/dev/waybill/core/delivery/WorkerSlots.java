package dev.waybill.core.delivery;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * How many workers an activation has, and whether it needs one more. At most one worker at a time
 * looks for work while others deliver: when it finds a message it is followed by another, so that
 * workers grow with the backlog and an idle queue costs one look a signal. No signal is lost: one
 * that comes while a worker looks makes it look again. Thread-safe.
 */
final class WorkerSlots {

  private final int most;
  private final BooleanSupplier paused;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private int taken;
  private int searching;
  private int working;
  private long changes;
  private long signals;
  private boolean stopping;

  /** One worker's own account. */
  static final class Slot {
    private boolean searching = true;
    private long changesSeen;
    private boolean more;

    /** The worker ends although there may be more to do. */
    void leavesMore() {
      more = true;
    }
  }

  WorkerSlots(int most, BooleanSupplier paused) {
    this.most = most;
    this.paused = paused;
  }

  /** Something may have become available: whether a worker is to be started. */
  boolean signal() {
    lock.lock();
    try {
      signals++;
      changes++;
      return take();
    } finally {
      lock.unlock();
    }
  }

  /** How many signals there were. */
  long signals() {
    lock.lock();
    try {
      return signals;
    } finally {
      lock.unlock();
    }
  }

  private boolean take() {
    if (stopping || searching > 0 || taken >= most || paused.getAsBoolean()) {
      return false;
    }
    taken++;
    searching++;
    return true;
  }

  /** A worker that was to be started could not be. */
  void refused() {
    lock.lock();
    try {
      taken--;
      searching--;
    } finally {
      lock.unlock();
    }
  }

  /** A started worker begins; false if it must end at once. */
  boolean begin() {
    lock.lock();
    try {
      if (stopping) {
        taken--;
        searching--;
        return false;
      }
      working++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** A worker looks for a message; false if the activation is stopping. */
  boolean search(Slot slot) {
    lock.lock();
    try {
      if (!slot.searching) {
        slot.searching = true;
        searching++;
      }
      slot.changesSeen = changes;
      return !stopping;
    } finally {
      lock.unlock();
    }
  }

  /** A worker found a message: whether another is to be started. */
  boolean found(Slot slot) {
    lock.lock();
    try {
      slot.searching = false;
      searching--;
      changes++;
      return take();
    } finally {
      lock.unlock();
    }
  }

  /** A worker ends: whether another is to be started in its place. */
  boolean end(Slot slot) {
    lock.lock();
    try {
      taken--;
      working--;
      if (slot.searching) {
        searching--;
      }
      if (working == 0) {
        ended.signalAll();
      }
      return (slot.more || slot.changesSeen != changes) && take();
    } finally {
      lock.unlock();
    }
  }

  boolean stopping() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  /** No worker begins any more; false if that was so already. */
  boolean stop() {
    lock.lock();
    try {
      boolean first = !stopping;
      stopping = true;
      return first;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until no worker works.
   *
   * @return how many still do after the time
   */
  int await(Duration time) {
    lock.lock();
    try {
      long left = time.toNanos();
      while (working > 0 && left > 0) {
        left = ended.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    return working();
  }

  private int working() {
    lock.lock();
    try {
      return working;
    } finally {
      lock.unlock();
    }
  }
}
