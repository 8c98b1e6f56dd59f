package dev.waybill.itests.benchmark.form;

import dev.waybill.itests.benchmark.database.Session;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Messages leased ahead by a thread that refills when half of them are gone. */
final class ReadAhead {

  private static final long IDLE_MILLIS = 2;
  private static final long WAIT_MILLIS = 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition wanted = lock.newCondition();
  private final Queue<Claimed> ahead = new ArrayDeque<>();
  private final Claims claims;
  private final Session session;
  private final int block;
  private final Thread thread;
  private boolean started;
  private boolean ending;
  private boolean signalled;
  private volatile Exception failure;

  ReadAhead(Claims claims, Session session, int block) {
    this.claims = claims;
    this.session = session;
    this.block = block;
    this.thread = new Thread(this::run, "read-ahead");
  }

  void start() {
    started = true;
    thread.start();
  }

  /** The next message; null if there is none for a while. */
  Claimed take() throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
      while (ahead.isEmpty() && left > 0) {
        left = filled.awaitNanos(left);
      }
      if (failure != null) {
        throw new IllegalStateException("No claims: " + failure.getMessage(), failure);
      }
      Claimed next = ahead.poll();
      if (ahead.size() <= block / 2) {
        wanted.signal();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Something has become ready. */
  void signal() {
    lock.lock();
    try {
      signalled = true;
      wanted.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try (session) {
      boolean idle = false;
      while (awaitWant(idle)) {
        Collection<Claimed> claimed = claims.claim(session, block);
        idle = claimed.isEmpty();
        add(claimed);
      }
      claims.removeEnded(session);
      session.commitRelaxed();
    } catch (SQLException | InterruptedException | RuntimeException e) {
      failure = e;
    }
  }

  private boolean awaitWant(boolean idle) throws InterruptedException {
    lock.lock();
    try {
      long pause = idle ? TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS) : 0;
      while (pause > 0 && !signalled && !ending) {
        pause = wanted.awaitNanos(pause);
      }
      while (ahead.size() > block / 2 && !ending) {
        wanted.await();
      }
      signalled = false;
      return !ending;
    } finally {
      lock.unlock();
    }
  }

  private void add(Collection<Claimed> claimed) {
    lock.lock();
    try {
      ahead.addAll(claimed);
      filled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends, and removes the blocks that are over. */
  void end() throws InterruptedException, SQLException {
    lock.lock();
    try {
      ending = true;
      wanted.signal();
    } finally {
      lock.unlock();
    }
    if (!started) {
      session.close();
      return;
    }
    thread.join();
    if (failure != null) {
      throw new IllegalStateException("The read-ahead failed", failure);
    }
  }
}
