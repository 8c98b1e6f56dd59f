package dev.waybill.itests.benchmark.form;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Does things in the background, those that have gathered in one transaction. */
final class Batcher<T> {

  private static final int MOST = 200;

  /** What is done with a batch; the batcher commits, and then runs what it returns. */
  @FunctionalInterface
  interface Action<T> {
    Runnable carryOut(Session session, List<T> batch) throws SQLException;
  }

  private final BlockingQueue<T> pending = new LinkedBlockingQueue<>();
  private final Action<T> action;
  private final Session session;
  private final Thread thread;
  private volatile boolean ending;
  private volatile Exception failure;

  Batcher(String name, Database database, Action<T> action) throws SQLException {
    this.action = action;
    this.session = database.open();
    this.thread = new Thread(this::run, name);
    thread.start();
  }

  void add(T item) {
    pending.add(item);
  }

  private void run() {
    try (session) {
      List<T> batch = new ArrayList<>(MOST);
      while (!ending || !pending.isEmpty()) {
        T first = pending.poll(10, TimeUnit.MILLISECONDS);
        if (first == null) {
          continue;
        }
        batch.add(first);
        pending.drainTo(batch, MOST - 1);
        session.beginRelaxed();
        Runnable committed = action.carryOut(session, batch);
        session.commitRelaxed();
        committed.run();
        batch.clear();
      }
    } catch (SQLException | InterruptedException | RuntimeException e) {
      failure = e;
    }
  }

  /** Returns once all is done that was added. */
  void end() throws InterruptedException {
    ending = true;
    thread.join();
    if (failure != null) {
      throw new IllegalStateException("In the background: " + failure.getMessage(), failure);
    }
  }
}
