package dev.waybill.core.delivery;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Callers that wait on their own threads for messages of the same queues and group. When there is
 * news one of them looks, and who finds a message is followed by another: however many wait, a
 * signal or a poll that leads to nothing costs one look. Thread-safe.
 */
final class WaitingRoom {

  private final IdleTimers timers;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Waiter> waiting = new ArrayDeque<>();
  private boolean looking;
  private boolean stopped;
  private long signals;
  private long seen;
  private boolean polling;

  /** An empty room. */
  WaitingRoom(ActivationContext context) {
    this.timers = new IdleTimers(context, this::wake);
  }

  /** Something may be there. Quick; called on any thread. */
  void wake() {
    lock.lock();
    try {
      signals++;
      letOneLook();
    } finally {
      lock.unlock();
    }
  }

  private void letOneLook() {
    if (!looking && !stopped && signals > seen && !waiting.isEmpty()) {
      Waiter next = waiting.poll();
      looking = true;
      next.mayLook = true;
      next.turn.signal();
    }
  }

  private void pollFromNowOn() {
    if (!polling) {
      polling = true;
      timers.start();
    }
  }

  IdleTimers timers() {
    return timers;
  }

  /** Ends all waits, those to come too. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      waiting.forEach(waiter -> waiter.turn.signal());
    } finally {
      lock.unlock();
    }
    timers.close();
  }

  /** Nobody is here any more. */
  void close() {
    timers.close();
  }

  /** One caller, who looks, waits and looks again. Used by one thread, but for {@link #end}. */
  final class Waiter {

    private final Condition turn = lock.newCondition();
    private boolean mayLook;
    private boolean ended;

    WaitingRoom room() {
      return WaitingRoom.this;
    }

    /** The look begins: how many signals there had been before it. */
    long signals() {
      lock.lock();
      try {
        return signals;
      } finally {
        lock.unlock();
      }
    }

    /**
     * The look is over.
     *
     * @param before what {@link #signals} said
     * @param found whether it found anything
     * @param more whether there may be more, for others
     */
    void looked(long before, boolean found, boolean more) {
      if (found) {
        timers.found();
      }
      lock.lock();
      try {
        if (more) {
          signals++;
        } else {
          seen = Math.max(seen, before);
        }
        giveTurnBack();
      } finally {
        lock.unlock();
      }
    }

    /**
     * Waits until it is time to look.
     *
     * @param deadline when the wait is over, in {@link System#nanoTime}
     * @return false if the wait is over
     */
    boolean await(long deadline) throws InterruptedException {
      lock.lockInterruptibly();
      try {
        waiting.add(this);
        pollFromNowOn();
        letOneLook();
        long left = deadline - System.nanoTime();
        while (!mayLook && !ended && !stopped && left > 0) {
          left = turn.awaitNanos(left);
        }
        if (ended || stopped) {
          giveTurnBack();
        }
        return mayLook;
      } catch (InterruptedException e) {
        giveTurnBack();
        throw e;
      } finally {
        waiting.remove(this);
        lock.unlock();
      }
    }

    private void giveTurnBack() {
      if (mayLook) {
        mayLook = false;
        looking = false;
      }
      letOneLook();
    }

    /** Ends the wait, from any thread. */
    void end() {
      lock.lock();
      try {
        ended = true;
        turn.signal();
      } finally {
        lock.unlock();
      }
    }
  }
}
