package dev.waybill.core.store;

import dev.waybill.core.model.Answer;
import dev.waybill.core.model.Awaiter;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.Transactions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Answers as rows: written by the transaction that settles a message somebody waits for, and only
 * then. A completion for somebody on the same node needs none: the answer is in memory there. Who
 * gave a message up may be any node's reaper, so that is always a row.
 */
final class AnswerRows implements Answers {

  private static final String INSERT =
      "insert into wb_answer (waiter, message_id, response, reason, expires_at)"
          + " values (?, ?, ?, ?, ?)";

  private static final String GIVEN =
      "select message_id, response, reason from wb_answer where waiter = ? limit ?";

  private static final String HANDED_OVER =
      "delete from wb_answer where waiter = ? and message_id in (%s)";

  private static final String EXPIRED =
      "select waiter, message_id from wb_answer where expires_at <= ? limit ?";

  private static final String DELETE =
      "delete from wb_answer where waiter = ? and message_id = ? and expires_at <= ?";

  /** The first end is that of the queue it was sent to; a dead letter comes after it. */
  private static final String SETTLED =
      "select a.message_id, g.name, a.dead, a.error from wb_attempt a"
          + " join wb_group g on g.id = a.group_id where a.message_id in (%s)"
          + " and (a.dead or a.outcome = 'COMPLETED')"
          + " order by a.ended_at, case when a.dead then 0 else 1 end";

  private static final String KEPT = "select id from wb_message where id in (%s)";

  private final Transactions transactions;
  private final StoreClock clock;
  private final String incarnation;

  AnswerRows(Transactions transactions, StoreClock clock, String incarnation) {
    this.transactions = transactions;
    this.clock = clock;
    this.incarnation = incarnation;
  }

  /** A delivery is completed, in this transaction. */
  void completed(Sql sql, Lease lease, String response, Instant now) {
    if (lease.awaiter() != null && !isHere(lease.awaiter())) {
      insert(sql, lease, response, null, now);
    }
  }

  /** A delivery is given up, in this transaction. */
  void deadLettered(Sql sql, Lease lease, String reason, Instant now) {
    if (lease.awaiter() != null) {
      insert(sql, lease, null, reason == null ? "" : reason, now);
    }
  }

  private static void insert(Sql sql, Lease lease, String response, String reason, Instant now) {
    Awaiter awaiter = lease.awaiter();
    if (now.isBefore(awaiter.until())) {
      sql.update(
          INSERT,
          awaiter.incarnation(),
          lease.messageId(),
          response,
          reason,
          Micros.of(awaiter.until()));
    }
  }

  @Override
  public Awaiter awaiter(String group, Instant until) {
    return new Awaiter(incarnation, group, until);
  }

  @Override
  public boolean isHere(Awaiter awaiter) {
    return awaiter.incarnation().equals(incarnation);
  }

  @Override
  public List<Given> given(int limit) {
    return transactions.repeatable(
        "look for answers",
        sql ->
            sql.select(GIVEN, incarnation, limit).stream()
                .map(row -> new Given(row.uuid(0), answer(row)))
                .toList());
  }

  private static Answer answer(Row row) {
    return row.isNull(2) ? new Answer.Completed(row.text(1)) : new Answer.DeadLettered(row.text(2));
  }

  @Override
  public void handedOver(Collection<UUID> messageIds) {
    transactions.repeatable(
        "remove answers that were handed over",
        sql ->
            sql.update(
                HANDED_OVER.formatted(Sql.marks(messageIds.size())),
                Sql.arguments(List.of(incarnation), messageIds)));
  }

  @Override
  public List<Settled> settled(Collection<UUID> messageIds) {
    List<Row> rows =
        transactions.repeatable(
            "look what became of messages",
            sql ->
                sql.select(SETTLED.formatted(Sql.marks(messageIds.size())), messageIds.toArray()));
    List<Settled> settled = new ArrayList<>();
    Set<String> told = new HashSet<>();
    for (Row row : rows) {
      if (told.add(row.uuid(0) + " " + row.text(1))) {
        settled.add(new Settled(row.uuid(0), row.text(1), end(row)));
      }
    }
    return settled;
  }

  private static Answer end(Row row) {
    return row.flag(2)
        ? new Answer.DeadLettered(row.isNull(3) ? "" : row.text(3))
        : new Answer.Completed(null);
  }

  @Override
  public Set<UUID> kept(Collection<UUID> messageIds) {
    return transactions.repeatable(
        "look whether messages are there",
        sql ->
            new HashSet<>(
                sql.selectIds(KEPT.formatted(Sql.marks(messageIds.size())), messageIds.toArray())));
  }

  /** Removes answers that nobody waits for any more: their node is gone, or was too late. */
  int prune(Sql sql, int limit) {
    long now = Micros.of(clock.now());
    return sql.select(EXPIRED, now, limit).stream()
        .mapToInt(row -> sql.update(DELETE, row.text(0), row.uuid(1), now))
        .sum();
  }
}
