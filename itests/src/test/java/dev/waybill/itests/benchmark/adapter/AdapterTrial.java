package dev.waybill.itests.benchmark.adapter;

import static org.awaitility.Awaitility.await;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.Session;
import dev.waybill.itests.benchmark.measure.CpuTime;
import dev.waybill.itests.benchmark.measure.Sample;
import dev.waybill.itests.benchmark.measure.Trial;
import dev.waybill.itests.benchmark.work.BusinessRows;
import dev.waybill.itests.benchmark.work.Item;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The standard work of the adapter itself, in the simulated container. */
public final class AdapterTrial implements Trial {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration POLL = Duration.ofMillis(2);

  private final Wiring wiring;
  private final Database queue;
  private final Database business;
  private final boolean consuming;
  private final List<Item> items;
  private final int threads;

  /**
   * A trial.
   *
   * @param wiring how it commits
   * @param queue the queue's database
   * @param business the application's, if it is not the queue's
   * @param consuming whether messages are consumed, or sent
   * @param items the messages
   * @param threads how many work
   */
  public AdapterTrial(
      Wiring wiring,
      Database queue,
      Database business,
      boolean consuming,
      List<Item> items,
      int threads) {
    this.wiring = wiring;
    this.queue = queue;
    this.business = wiring == Wiring.XA_TWO ? business : queue;
    this.consuming = consuming;
    this.items = items;
    this.threads = threads;
  }

  @Override
  public String name() {
    return switch (wiring) {
      case JOINED -> "Waybill joined";
      case XA_ALONE -> "Waybill xa, alone";
      case XA_TWO -> "Waybill xa, second database";
    };
  }

  @Override
  public Sample run() throws Exception {
    queue.reset(BusinessRows.tables());
    if (business != queue) {
      business.reset(BusinessRows.tables());
    }
    Sample sample;
    try (AdapterServer server = new AdapterServer(wiring, queue, business)) {
      server.createGroup();
      sample = consuming ? consume(server) : produce(server);
    }
    long left = count(queue, "wb_message");
    if (left != (consuming ? 0 : items.size())) {
      throw new IllegalStateException(name() + " has " + left + " messages in the queue");
    }
    return sample;
  }

  private Sample consume(AdapterServer server) throws Exception {
    server.fill(items);
    settle();
    CountDownLatch handled = new CountDownLatch(items.size());
    long cpu = cpuMicros();
    long start = System.nanoTime();
    server.deploy(threads, handled::countDown);
    handled.await();
    await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(POLL).until(this::isDone);
    return new Sample(items.size(), System.nanoTime() - start, cpuMicros() - cpu);
  }

  private boolean isDone() throws SQLException {
    return wiring == Wiring.XA_ALONE
        ? count(queue, "wb_delivery") == 0
        : count(business, "ledger") == items.size();
  }

  private Sample produce(AdapterServer server) throws Exception {
    settle();
    long cpu = cpuMicros();
    long nanos = Senders.send(items, threads, server::placeAndSend);
    Sample sample = new Sample(items.size(), nanos, cpuMicros() - cpu);
    if (wiring != Wiring.XA_ALONE && count(business, "orders") != items.size()) {
      throw new IllegalStateException(name() + " has lost orders");
    }
    return sample;
  }

  private void settle() throws SQLException {
    queue.settle();
    if (business != queue) {
      business.settle();
    }
  }

  private long cpuMicros() {
    return CpuTime.micros() + queue.cpuMicros();
  }

  private static long count(Database database, String table) throws SQLException {
    try (Session session = database.open()) {
      return session.number("select count(*) from " + table);
    }
  }
}
