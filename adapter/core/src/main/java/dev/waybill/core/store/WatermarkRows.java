package dev.waybill.core.store;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.Operation.Mark;
import dev.waybill.core.store.sql.Dialect;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.SqlFailure;
import dev.waybill.core.store.sql.Transactions;
import java.util.Optional;

/** How far groups have come in streams: one row for each group and producer, kept for good. */
final class WatermarkRows {

  private static final String FIND =
      "select number from wb_watermark where group_id = ? and producer_id = ?";

  private static final String LOCK = FIND + " for update skip locked";

  private static final String RAISE =
      "update wb_watermark set number = ? where group_id = ? and producer_id = ? and number < ?";

  private static final String INSERT =
      "insert into wb_watermark (group_id, producer_id, number) values (?, ?, ?)";

  private final Transactions transactions;
  private final Dialect dialect;
  private final Detached detached;

  WatermarkRows(Transactions transactions, Dialect dialect, Detached detached) {
    this.transactions = transactions;
    this.dialect = dialect;
    this.detached = detached;
  }

  /** Records a mark, unless the group has come as far; whether it was recorded. */
  boolean raise(Sql sql, Mark mark) {
    Optional<Row> known = sql.selectOne(LOCK, group(mark), mark.producerId());
    if (known.isPresent()) {
      return known.get().number(0) < mark.sequence()
          && sql.update(RAISE, mark.sequence(), group(mark), mark.producerId(), mark.sequence())
              == 1;
    }
    try {
      // The first of its producer, or another transaction has the row: that is not waited for.
      return dialect.waitingBriefly(
          sql, () -> sql.update(INSERT, group(mark), mark.producerId(), mark.sequence()) == 1);
    } catch (RuntimeException e) {
      SqlFailure failure = transactions.failure(e);
      if (failure == SqlFailure.DUPLICATE || failure == SqlFailure.CONTENTION) {
        throw inUse(mark, e);
      }
      throw e;
    }
  }

  /** Whether the group has come as far, as this transaction sees it. */
  boolean isReached(Sql sql, Mark mark) {
    return sql.selectOne(FIND, group(mark), mark.producerId())
        .filter(row -> row.number(0) >= mark.sequence())
        .isPresent();
  }

  /** The same in a transaction of its own. */
  boolean isReached(Mark mark) {
    return detached.call(
        () -> transactions.repeatable("look for a watermark", sql -> isReached(sql, mark)));
  }

  private static long group(Mark mark) {
    return mark.lease().delivery().groupId();
  }

  private static QueueException inUse(Mark mark, RuntimeException cause) {
    return new QueueException(
        Kind.UNAVAILABLE,
        about(mark)
            + " is being recorded by another transaction that is open. This delivery rolls back and"
            + " is tried again.",
        cause);
  }

  /** Another transaction has recorded it since it was asked for. */
  static QueueException taken(Mark mark) {
    return new QueueException(
        Kind.CONFLICT,
        about(mark)
            + " was recorded by another transaction meanwhile. This one rolls back; the next attempt"
            + " is told that the message is a duplicate.");
  }

  private static String about(Mark mark) {
    return "The watermark "
        + mark.sequence()
        + " of producer \""
        + mark.producerId()
        + "\" (queue "
        + mark.queue()
        + ", message "
        + mark.lease().messageId()
        + ")";
  }
}
