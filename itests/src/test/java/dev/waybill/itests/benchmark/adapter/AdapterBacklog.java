package dev.waybill.itests.benchmark.adapter;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.Session;
import dev.waybill.itests.benchmark.measure.CpuTime;
import dev.waybill.itests.benchmark.measure.Sample;
import dev.waybill.itests.benchmark.work.BusinessRows;
import dev.waybill.itests.benchmark.work.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The adapter on the joined path, in front of more messages than are handled. */
public final class AdapterBacklog implements AutoCloseable {

  /** As it stands in the table. */
  public static final String NAME = "Waybill joined";

  private final Database database;
  private final int threads;
  private final AdapterServer server;

  /**
   * Starts a server in an empty database, and sends.
   *
   * @param threads how many handle
   */
  public AdapterBacklog(Database database, List<Item> backlog, int threads) throws Exception {
    this.database = database;
    this.threads = threads;
    database.reset(BusinessRows.tables());
    server = new AdapterServer(Wiring.JOINED, database, database);
    server.createGroup();
    server.fill(backlog);
    awaitLines();
    database.settle();
  }

  /** What has a key is claimable once it stands in line. */
  private void awaitLines() throws Exception {
    try (Session session = database.open()) {
      while (session.number("select count(*) from wb_key_news") > 0) {
        session.rollback();
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  /** Handles that many at least. */
  public Sample handle(int count) throws Exception {
    CountDownLatch handled = new CountDownLatch(count);
    long cpu = CpuTime.micros() + database.cpuMicros();
    long start = System.nanoTime();
    server.deploy(threads, handled::countDown);
    handled.await();
    return new Sample(
        count, System.nanoTime() - start, CpuTime.micros() + database.cpuMicros() - cpu);
  }

  /**
   * Handles for some time.
   *
   * @param slice how long a slice of that time is, in milliseconds
   * @param slices how many there are
   * @return how many were handled in each slice
   */
  public List<Long> handleFor(long slice, int slices) throws Exception {
    AtomicLong handled = new AtomicLong();
    server.deploy(threads, handled::incrementAndGet);
    List<Long> counts = new ArrayList<>();
    long before = 0;
    for (int i = 0; i < slices; i++) {
      TimeUnit.MILLISECONDS.sleep(slice);
      long now = handled.get();
      counts.add(now - before);
      before = now;
    }
    try (Session session = database.open()) {
      if (session.number("select count(*) from wb_delivery") == 0) {
        throw new IllegalStateException(NAME + " emptied the queue: raise -Dfastest");
      }
    }
    return counts;
  }

  @Override
  public void close() {
    server.close();
  }
}
