package dev.waybill.core.store;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.api.ContentType;
import dev.waybill.api.DeadLetter;
import dev.waybill.core.model.Awaiter;
import dev.waybill.core.model.MessageData;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.store.sql.Dialect;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.PortableSql;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import java.util.ArrayList;
import java.util.List;

/** Writes and reads messages, and gives each group its delivery. */
final class MessageRows {

  private static final int CHUNK = 25;
  private static final int SMALL_BODY_BYTES = 1024 * 1024;

  private final Dialect dialect;
  private final QueueCatalog catalog;
  private final long ageingMicros;

  MessageRows(Dialect dialect, QueueCatalog catalog, long ageingMicros) {
    this.dialect = dialect;
    this.catalog = catalog;
    this.ageingMicros = ageingMicros;
  }

  /**
   * Inserts messages, with their queues known to the catalog.
   *
   * @param branchKey the branch that is in doubt about them; null: they are visible, and owed to
   *     every group, with the commit
   * @return their positions, in order
   */
  List<Long> insert(Sql sql, List<NewMessage> messages, String branchKey, long now) {
    List<Long> positions = new ArrayList<>();
    for (int from = 0; from < messages.size(); from += CHUNK) {
      List<NewMessage> chunk = messages.subList(from, Math.min(from + CHUNK, messages.size()));
      List<Object[]> rows = chunk.stream().map(message -> columns(message, branchKey)).toList();
      if (branchKey != null) {
        positions.addAll(dialect.insert(sql, rows));
      } else if (chunk.stream().allMatch(message -> !message.isInLine())) {
        positions.addAll(dialect.send(sql, rows, now, ageingMicros));
      } else {
        List<Long> sent = sendInLines(sql, rows, now);
        if (chunk.stream().anyMatch(message -> message.stream() != null)) {
          StreamRows.sent(sql, sent);
        }
        positions.addAll(sent);
      }
    }
    return positions;
  }

  private List<Long> sendInLines(Sql sql, List<Object[]> rows, long now) {
    List<Long> positions = dialect.insert(sql, rows);
    fanOut(sql, positions, now);
    KeyNews.sent(sql, positions);
    return positions;
  }

  private Object[] columns(NewMessage message, String branchKey) {
    boolean small = message.body().length <= SMALL_BODY_BYTES;
    return new Object[] {
      message.id(),
      catalog.id(message.queue()),
      Micros.of(message.timestamp()),
      message.contentType().name(),
      small ? message.body() : null,
      small ? null : message.body(),
      HeaderText.write(message.headers()),
      message.priority(),
      message.correlationId(),
      Micros.of(message.availableAt()),
      branchKey,
      message.orderingKey(),
      message.awaiter() == null ? null : message.awaiter().encode(),
      message.stream() == null ? null : message.stream().producerId(),
      message.stream() == null ? null : message.stream().sequence()
    };
  }

  /** Creates the deliveries of messages that are visible with this transaction. */
  void fanOut(Sql sql, List<Long> positions, long now) {
    PortableSql.fanOut(sql, positions, now, ageingMicros);
  }

  /**
   * The same for the messages of a branch.
   *
   * @param keyed whether some stand in lines
   */
  void fanOutBranch(Sql sql, long first, long last, String branchKey, boolean keyed, long now) {
    sql.update(
        Statements.FAN_OUT_BRANCH,
        Sql.arguments(
            List.of(now, now, now, now, now, ageingMicros), List.of(first, last, branchKey)));
    if (keyed) {
      KeyNews.released(sql, first, last, branchKey);
    }
  }

  /** Who waits for a group to settle the message of a row; null if nobody does. */
  static Awaiter awaiter(Row row, String group) {
    return Awaiter.decode(row.text(16), group);
  }

  /** Reads a row of {@link PortableSql#MESSAGE_COLUMNS}. */
  static MessageData toMessage(QueueName queue, Row row) {
    DeadLetter deadLetter =
        row.isNull(9)
            ? null
            : new DeadLetter(
                row.text(9),
                row.text(10),
                row.count(11),
                AttemptOutcome.valueOf(row.text(12)),
                row.isNull(13) ? "" : row.text(13),
                Micros.toInstant(row.number(14)));
    return new MessageData(
        row.uuid(1),
        queue,
        row.number(0),
        Micros.toInstant(row.number(2)),
        ContentType.valueOf(row.text(3)),
        row.isNull(4) ? row.bytes(5) : row.bytes(4),
        HeaderText.read(row.text(6)),
        row.count(7),
        row.text(8),
        deadLetter,
        row.text(15),
        row.text(17),
        row.optionalNumber(18).orElse(0L));
  }
}
