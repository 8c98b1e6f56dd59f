package dev.waybill.testkit.adapter;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueueProducer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Writes a business row, sends a follow-up message, and lets a test meddle with the first try. */
class OrderBean implements QueueListener {

  static final String ORDERS = "app:orders";
  static final String FOLLOW_UPS = "app:follow-ups";

  /** What a test does at the end of the first call. */
  @FunctionalInterface
  interface Ending {
    void run() throws Exception;
  }

  private final DataSource dataSource;
  private final QueueProducer producer;
  private final Ending firstEnding;
  private final AtomicInteger calls = new AtomicInteger();

  OrderBean(DataSource dataSource, QueueProducer producer, Ending firstEnding) {
    this.dataSource = dataSource;
    this.producer = producer;
    this.firstEnding = firstEnding;
  }

  int calls() {
    return calls.get();
  }

  @Override
  public void onMessage(Message message) throws Exception {
    boolean first = calls.incrementAndGet() == 1;
    place(message.text(), message.attempts());
    producer.send(WaybillServer.message(FOLLOW_UPS, String.valueOf(message.attempts())));
    if (first) {
      firstEnding.run();
    }
  }

  private void place(String order, int attempt) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("insert into placed values (?, ?)")) {
      insert.setString(1, order);
      insert.setInt(2, attempt);
      insert.executeUpdate();
    }
  }
}
