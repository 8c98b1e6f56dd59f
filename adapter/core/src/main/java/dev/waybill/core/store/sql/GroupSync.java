package dev.waybill.core.store.sql;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Forces commits to disk together: of the threads that wait, one leads and syncs for all. A waiter
 * uses only a sync that began after its own commit was over (rule C15). If the leader's sync fails,
 * the error is his; the others sync again.
 */
public final class GroupSync implements DurableCommits {

  private final Runnable sync;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition over = lock.newCondition();
  private long arrived;
  private long synced;
  private long gone;
  private boolean running;

  /**
   * A group.
   *
   * @param sync forces everything that is committed to disk, or throws
   */
  public GroupSync(Runnable sync) {
    this.sync = sync;
  }

  @Override
  public void await() {
    lock.lock();
    try {
      arrived++;
      long mine = arrived;
      while (synced < mine) {
        if (running) {
          over.awaitUninterruptibly();
        } else {
          lead();
        }
      }
    } finally {
      gone++;
      lock.unlock();
    }
  }

  /** How many threads wait or sync now. */
  long waiting() {
    lock.lock();
    try {
      return arrived - gone;
    } finally {
      lock.unlock();
    }
  }

  /** Syncs, without the lock, for all that have arrived by now. */
  private void lead() {
    running = true;
    long covered = arrived;
    boolean done = false;
    lock.unlock();
    try {
      sync.run();
      done = true;
    } finally {
      lock.lock();
      running = false;
      if (done) {
        synced = Math.max(synced, covered);
      }
      over.signalAll();
    }
  }
}
