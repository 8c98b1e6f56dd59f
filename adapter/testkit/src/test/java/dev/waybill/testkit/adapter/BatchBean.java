package dev.waybill.testkit.adapter;

import dev.waybill.api.Message;
import dev.waybill.api.MessageBatch;
import dev.waybill.api.QueueBatchListener;
import dev.waybill.api.QueueProducer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Writes a row and sends a follow-up message for each message, and acknowledges all. */
final class BatchBean implements QueueBatchListener {

  /** What a test does at the end of the first call. */
  @FunctionalInterface
  interface Ending {
    void run(MessageBatch batch) throws Exception;
  }

  private final DataSource dataSource;
  private final QueueProducer producer;
  private final Ending firstEnding;
  private final List<String> batches = new CopyOnWriteArrayList<>();

  BatchBean(DataSource dataSource, QueueProducer producer, Ending firstEnding) {
    this.dataSource = dataSource;
    this.producer = producer;
    this.firstEnding = firstEnding;
  }

  /** The calls, each as "text#attempt text#attempt …". */
  List<String> batches() {
    return List.copyOf(batches);
  }

  @Override
  public void onBatch(MessageBatch batch) throws Exception {
    batches.add(
        batch.messages().stream()
            .map(message -> message.text() + "#" + message.attempts())
            .sorted()
            .collect(Collectors.joining(" ")));
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("insert into placed values (?, ?)")) {
      for (Message message : batch) {
        insert.setString(1, message.text());
        insert.setInt(2, message.attempts());
        insert.executeUpdate();
      }
    }
    for (Message message : batch) {
      producer.send(WaybillServer.message(OrderBean.FOLLOW_UPS, message.text()));
    }
    batch.ackAll();
    if (batches.size() == 1) {
      firstEnding.run(batch);
    }
  }
}
