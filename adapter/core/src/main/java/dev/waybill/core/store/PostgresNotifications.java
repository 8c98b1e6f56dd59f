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
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/**
 * {@code NOTIFY} and {@code LISTEN}. A payload is the sender's start, then names of queues, and
 * starts for which answers were left.
 */
final class PostgresNotifications implements Notifications {

  private static final String CHANNEL = "waybill";
  private static final String NOTIFY = "select pg_notify('" + CHANNEL + "', ?)";

  /** Before the start of a node; no name of a queue begins with it. */
  private static final String FOR = "@";

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
  public void send(News news) {
    for (String payload : payloads(sender, news)) {
      transactions.repeatable("notify other nodes", sql -> sql.select(NOTIFY, payload));
    }
  }

  static List<String> payloads(String sender, News news) {
    List<String> words = new ArrayList<>();
    news.queues().forEach(queue -> words.add(queue.toString()));
    news.answered().forEach(start -> words.add(FOR + start));
    List<String> payloads = new ArrayList<>();
    StringBuilder text = new StringBuilder(sender);
    for (String word : words) {
      if (text.length() + 1 + word.length() > PAYLOAD_CHARS) {
        payloads.add(text.toString());
        text = new StringBuilder(sender);
      }
      text.append(' ').append(word);
    }
    payloads.add(text.toString());
    return payloads;
  }

  @Override
  public News await(Duration atMost) {
    try {
      nodes.listening(!closed);
      return listener.await(atMost).stream().map(this::read).reduce(News.NONE, News::and);
    } catch (SQLException e) {
      nodes.listening(false);
      throw new QueueException(
          Kind.UNAVAILABLE,
          "The connection that listens for messages of other nodes is lost: "
              + SqlFailure.rootMessage(e),
          e);
    }
  }

  private News read(String payload) {
    String[] words = payload.split(" ");
    if (words[0].equals(sender)) {
      return News.NONE;
    }
    Set<QueueName> queues = new HashSet<>();
    Set<String> answered = new HashSet<>();
    for (String word : Arrays.asList(words).subList(1, words.length)) {
      if (!word.startsWith(FOR)) {
        queues.add(QueueName.parse(word));
      } else if (word.equals(FOR + sender)) {
        answered.add(sender);
      }
    }
    return new News(queues, answered);
  }

  @Override
  public void close() {
    closed = true;
    listener.close();
    nodes.listening(false);
  }
}
