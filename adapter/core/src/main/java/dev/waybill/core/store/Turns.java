package dev.waybill.core.store;

import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.SqlFailure;
import dev.waybill.core.store.sql.Transactions;
import java.time.Duration;
import java.util.Optional;

/** Which node does a chore that is to be done once an interval, however many nodes there are. */
final class Turns {

  private static final String EXISTS = "select next_at from wb_turn where chore = ?";
  private static final String INSERT =
      "insert into wb_turn (chore, node_id, next_at) values (?, ?, ?)";
  private static final String LOCK =
      "select node_id, next_at from wb_turn where chore = ? for update skip locked";
  private static final String TAKE = "update wb_turn set node_id = ?, next_at = ? where chore = ?";

  private final Transactions transactions;
  private final StoreClock clock;
  private final String node;

  Turns(Transactions transactions, StoreClock clock, String node) {
    this.transactions = transactions;
    this.clock = clock;
    this.node = node;
  }

  /**
   * Takes a turn if it is due, or keeps the one this node has.
   *
   * @return whether this node is to do it; not while another decides about it
   */
  boolean take(String chore, Duration interval) {
    try {
      return transactions.repeatable("take turn to " + chore, sql -> take(sql, chore, interval));
    } catch (RuntimeException e) {
      if (transactions.failure(e) == SqlFailure.DUPLICATE) {
        // Another node was the first to do it at all.
        return false;
      }
      throw e;
    }
  }

  private boolean take(Sql sql, String chore, Duration interval) {
    long now = Micros.of(clock.now());
    long next = now + Micros.of(interval);
    if (sql.selectOne(EXISTS, chore).isEmpty()) {
      return sql.update(INSERT, chore, node, next) == 1;
    }
    Optional<Row> row = sql.selectOne(LOCK, chore);
    boolean ours =
        row.isPresent() && (row.get().number(1) <= now || row.get().text(0).equals(node));
    return ours && sql.update(TAKE, node, next, chore) == 1;
  }
}
