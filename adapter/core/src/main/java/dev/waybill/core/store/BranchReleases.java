package dev.waybill.core.store;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.branch.Released;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.BranchRows.Locked;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.Transactions;
import java.util.LinkedHashSet;
import java.util.Set;

/** Makes the messages of branches committed in two phases visible: a state in rows (rule C3). */
final class BranchReleases {

  private static final String FREE = "select id from wb_branch where id = ? for update skip locked";

  private final Transactions transactions;
  private final BranchRows rows;
  private final MessageRows messages;
  private final StoreClock clock;

  BranchReleases(
      Transactions transactions, BranchRows rows, MessageRows messages, StoreClock clock) {
    this.transactions = transactions;
    this.rows = rows;
    this.messages = messages;
    this.clock = clock;
  }

  /**
   * Releases a branch if nobody has.
   *
   * @param waiting whether to wait for whoever holds it; else it is left to him
   */
  Released release(BranchId id, boolean waiting) {
    String key = id.key();
    return transactions.readingBack(
        "release of branch " + id,
        sql -> waiting || isFree(sql, key) ? release(sql, key) : Released.NOTHING,
        released -> released.queues().isEmpty() || rows.state(key) == BranchState.COMMITTED);
  }

  private static boolean isFree(Sql sql, String key) {
    return !sql.select(FREE, key).isEmpty();
  }

  private Released release(Sql sql, String key) {
    Locked branch = rows.lock(sql, key);
    if (branch.state() != BranchState.COMMITTED_UNRELEASED) {
      return Released.NOTHING;
    }
    long first = branch.first();
    long last = branch.last();
    Set<QueueName> queues = new LinkedHashSet<>();
    boolean keyed = false;
    for (Row row : sql.select(Statements.BRANCH_QUEUES, first, last, key)) {
      queues.add(QueueName.parse(row.text(0)));
      keyed |= row.flag(1);
    }
    messages.fanOutBranch(sql, first, last, key, keyed, Micros.of(clock.now()));
    if (branch.hasStreams()) {
      StreamRows.released(sql, first, last, key);
    }
    sql.update(Statements.UNTIE_MESSAGES, first, last, key);
    rows.decide(sql, key, BranchState.COMMITTED_UNRELEASED, BranchState.COMMITTED);
    return new Released(queues, keyed);
  }
}
