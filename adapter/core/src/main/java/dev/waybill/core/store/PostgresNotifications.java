package dev.waybill.core.store;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.store.sql.PostgresListener;
import dev.waybill.core.store.sql.SqlFailure;
import dev.waybill.core.store.sql.Transactions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/** {@code NOTIFY} and {@code LISTEN}. A payload is the sender's start and names of queues. */
final class PostgresNotifications implements Notifications {

  private static final String CHANNEL = "waybill";
  private static final String NOTIFY = "select pg_notify('" + CHANNEL + "', ?)";

  /** PostgreSQL takes less than 8,000 bytes. */
  private static final int PAYLOAD_CHARS = 7_500;

  private final Transactions transactions;
  private final NodeRegistry nodes;
  private final String sender;
  private final PostgresListener listener;
  private volatile boolean closed;

  PostgresNotifications(
      Transactions transactions, NodeRegistry nodes, DataSource dataSource, String incarnation) {
    this.transactions = transactions;
    this.nodes = nodes;
    this.sender = incarnation;
    this.listener = new PostgresListener(dataSource, CHANNEL);
  }

  @Override
  public boolean wanted() {
    return nodes.othersListen();
  }

  @Override
  public void send(Set<QueueName> queues) {
    for (String payload : payloads(sender, queues)) {
      transactions.repeatable("notify other nodes", sql -> sql.select(NOTIFY, payload));
    }
  }

  static List<String> payloads(String sender, Set<QueueName> queues) {
    List<String> payloads = new ArrayList<>();
    StringBuilder text = new StringBuilder(sender);
    for (QueueName queue : queues) {
      String name = queue.toString();
      if (text.length() + 1 + name.length() > PAYLOAD_CHARS) {
        payloads.add(text.toString());
        text = new StringBuilder(sender);
      }
      text.append(' ').append(name);
    }
    payloads.add(text.toString());
    return payloads;
  }

  @Override
  public Set<QueueName> await(Duration atMost) {
    try {
      nodes.listening(!closed);
      Set<QueueName> queues = new HashSet<>();
      listener.await(atMost).forEach(payload -> read(payload, queues));
      return queues;
    } catch (SQLException e) {
      nodes.listening(false);
      throw new QueueException(
          Kind.UNAVAILABLE,
          "The connection that listens for messages of other nodes is lost: "
              + SqlFailure.rootMessage(e),
          e);
    }
  }

  private void read(String payload, Set<QueueName> queues) {
    String[] words = payload.split(" ");
    if (!words[0].equals(sender)) {
      for (int i = 1; i < words.length; i++) {
        queues.add(QueueName.parse(words[i]));
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    listener.close();
    nodes.listening(false);
  }
}
