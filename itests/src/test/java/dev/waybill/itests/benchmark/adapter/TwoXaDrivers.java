package dev.waybill.itests.benchmark.adapter;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.Session;
import dev.waybill.itests.benchmark.measure.CpuTime;
import dev.waybill.itests.benchmark.measure.Sample;
import dev.waybill.itests.benchmark.measure.Trial;
import dev.waybill.itests.benchmark.work.BusinessRows;
import dev.waybill.itests.benchmark.work.Contestant;
import dev.waybill.itests.benchmark.work.Item;
import dev.waybill.testkit.SimulatedContainer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * What one does without the adapter: a queue table by hand in one database, the application's rows
 * in another, both by their XA drivers under the same transaction manager.
 */
public final class TwoXaDrivers implements Trial {

  private static final String TAKE =
      "delete from queue where id = (select id from queue order by id for update skip locked"
          + " limit 1) returning id, body";

  private final Database queue;
  private final Database business;
  private final Contestant byHand;
  private final boolean consuming;
  private final List<Item> items;
  private final int threads;

  /**
   * A trial on PostgreSQL.
   *
   * @param queue the queue's database
   * @param business the application's
   * @param byHand whose tables are used
   * @param consuming whether messages are consumed, or sent
   * @param items the messages
   * @param threads how many work
   */
  public TwoXaDrivers(
      Database queue,
      Database business,
      Contestant byHand,
      boolean consuming,
      List<Item> items,
      int threads) {
    this.queue = queue;
    this.business = business;
    this.byHand = byHand;
    this.consuming = consuming;
    this.items = items;
    this.threads = threads;
  }

  @Override
  public String name() {
    return "two XA drivers by hand";
  }

  @Override
  public Sample run() throws Exception {
    List<String> tables = new ArrayList<>(byHand.tables(queue.product()));
    queue.reset(tables);
    business.reset(BusinessRows.tables());
    byHand.open(queue, consuming ? items : List.of()).close();
    queue.settle();
    business.settle();
    try (SimulatedContainer container = SimulatedContainer.threaded(1);
        PooledXaDataSource queuePool = new PooledXaDataSource(queue.xaDriver());
        PooledXaDataSource businessPool = new PooledXaDataSource(business.xaDriver())) {
      String unique = UUID.randomUUID().toString();
      DataSource queueSource = container.xaDataSource("jdbc/queue-" + unique, queuePool);
      DataSource businessSource = container.xaDataSource("jdbc/app-" + unique, businessPool);
      long cpu = CpuTime.micros() + queue.cpuMicros();
      long nanos =
          Senders.send(
              items,
              threads,
              item ->
                  container
                      .transactions()
                      .inTransaction(
                          () -> {
                            if (consuming) {
                              take(queueSource, businessSource);
                            } else {
                              put(queueSource, businessSource, item);
                            }
                            return null;
                          }));
      Sample sample = new Sample(items.size(), nanos, CpuTime.micros() + queue.cpuMicros() - cpu);
      requireAll();
      return sample;
    }
  }

  private static void take(DataSource queue, DataSource business) throws SQLException {
    long id;
    byte[] body;
    try (Connection connection = queue.getConnection();
        PreparedStatement take = connection.prepareStatement(TAKE);
        ResultSet taken = take.executeQuery()) {
      if (!taken.next()) {
        throw new IllegalStateException("The queue is empty before its time");
      }
      id = taken.getLong(1);
      body = taken.getBytes(2);
    }
    Transacted.book(business, id, body);
  }

  private static void put(DataSource queue, DataSource business, Item item) throws SQLException {
    Transacted.place(business, item);
    try (Connection connection = queue.getConnection();
        PreparedStatement put =
            connection.prepareStatement("insert into queue (body) values (?)")) {
      put.setBytes(1, item.body());
      put.executeUpdate();
    }
  }

  private void requireAll() throws SQLException {
    try (Session session = business.open()) {
      long rows = session.number("select count(*) from " + (consuming ? "ledger" : "orders"));
      if (rows != items.size()) {
        throw new IllegalStateException(name() + ": " + rows + " rows of " + items.size());
      }
    }
  }
}
