package dev.waybill.core.store;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.branch.Released;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.entity.BranchRecord;
import dev.waybill.core.store.sql.Dialect;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.PortableSql;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

/** Removes what is kept only for a time. */
final class JpaUpkeep implements Upkeep {

  /**
   * An outcome of a local commit that nobody had to read back by then is not asked for again. Those
   * of one-phase commits are: a transaction manager may ask after a restart (rule C12).
   */
  private static final Duration LOCAL_OUTCOMES = Duration.ofMinutes(10);

  /** Every message leaves an attempt, and often an outcome: of these there is more to remove. */
  private static final int LARGE_STEP = 10;

  private static final int MOST_STEPS = 10;
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private static final String OLD_ATTEMPTS =
      "delete from wb_attempt where message_id between ? and ? and ended_at < ?"
          // Without it a completed dead letter would look like a message that was completed.
          + " and (not dead or not exists (select 1 from wb_attempt l"
          + " where l.message_id = wb_attempt.message_id and l.ended_at >= ?))";
  private static final String NEXT_ATTEMPTS =
      "select message_id from wb_attempt where message_id > ? order by message_id limit ?";
  private static final UUID FIRST = new UUID(0, 0);
  private static final String DEAD =
      "select d.position, d.group_id from wb_delivery d where d.group_id = ? and d.state = 'DEAD'"
          + " and d.claim_rank < ? order by d.group_id, d.state, d.claim_rank, d.position limit ?";
  private static final String DELETE_DEAD =
      "delete from wb_delivery where position = ? and group_id = ? and state = 'DEAD'";
  private static final String OLD_OUTCOMES =
      "select id from wb_branch where state = ? and decided_at >= ? and decided_at < ?"
          + " and id like 'local.%' order by state, decided_at limit ?";
  private static final String OLD_TOMBSTONES =
      "select id from wb_branch where state = ? and decided_at < ?"
          + " order by state, decided_at limit ?";
  private static final String DELETE_BRANCHES =
      "delete from wb_branch where decided_at < ? and id in (%s)";

  /** Arguments: -time, time, limit: closed or expired so long ago that no claim is under way. */
  private static final String ENDED_TERMS =
      "select t.id from wb_lease_term t where t.expires_at > ? and t.expires_at < ?"
          + " and not exists (select 1 from wb_lease l where l.term_id = t.id) limit ?";

  private static final String DELETE_TERMS =
      "delete from wb_lease_term where expires_at < ? and id in (%s) and not exists"
          + " (select 1 from wb_lease l where l.term_id = wb_lease_term.id)";
  private static final String GONE_NODES = "delete from wb_node where seen_at < ?";
  private static final String LATER_MESSAGES =
      "select position from wb_message where position > ? order by position limit ?";
  private static final String DELETE_ORPHANS =
      "delete from wb_message where position in (%s) and branch_key is null and not exists"
          + " (select 1 from wb_delivery d where d.position = wb_message.position)";

  private final Transactions transactions;
  private final Dialect dialect;
  private final StoreClock clock;
  private final BranchReleases releases;
  private final HorizonWatch watch;
  private final SentIdRows ids;
  private final AnswerRows answers;
  private final Turns turns;
  private final KeyLines lines;
  private final AtomicLong orphansLookedFor = new AtomicLong();
  private final AtomicReference<UUID> attemptsPrunedTo = new AtomicReference<>(FIRST);
  private final AtomicReference<UUID> blocksLookedFor = new AtomicReference<>(FIRST);
  private final AtomicLong localOutcomesPrunedTo = new AtomicLong();

  JpaUpkeep(
      Transactions transactions,
      Dialect dialect,
      StoreClock clock,
      BranchReleases releases,
      SentIdRows ids,
      AnswerRows answers,
      Turns turns,
      KeyLines lines) {
    this.transactions = transactions;
    this.dialect = dialect;
    this.clock = clock;
    this.releases = releases;
    this.ids = ids;
    this.answers = answers;
    this.turns = turns;
    this.lines = lines;
    this.watch = new HorizonWatch(clock, this::horizon);
  }

  @Override
  public List<Horizon> horizon() {
    return dialect
        .horizonQuery()
        .map(
            query ->
                transactions.repeatable(
                    "look for who holds back the removal of dead rows",
                    sql ->
                        sql.select(query).stream()
                            .map(
                                row ->
                                    new Horizon(
                                        row.text(0),
                                        row.text(1),
                                        Micros.toDuration(Math.max(0, row.number(2)))))
                            .toList()))
        .orElse(List.of());
  }

  @Override
  public void watchHorizon() {
    watch.round();
  }

  @Override
  public Released release(BranchId id) {
    return releases.release(id, false);
  }

  @Override
  public Lined lineUp(int limit) {
    return lines.lineUp(limit);
  }

  @Override
  public boolean takePruning(Duration interval) {
    return turns.take("prune", interval);
  }

  @Override
  public void refreshStatistics() {
    dialect
        .statisticsQuery()
        .ifPresent(
            query ->
                transactions.repeatable(
                    "refresh the planner's statistics",
                    sql -> {
                      sql.select(query).forEach(statement -> sql.update(statement.text(0)));
                      return null;
                    }));
  }

  @Override
  public List<BranchId> unreleased(Instant committedBefore, int limit) {
    return transactions.repeatable(
        "list unreleased branches",
        sql ->
            sql.entities()
                .createQuery(
                    "select b from BranchRecord b where b.state = :state and b.decidedAtMicros <"
                        + " :before order by b.decidedAtMicros",
                    BranchRecord.class)
                .setParameter("state", BranchState.COMMITTED_UNRELEASED)
                .setParameter("before", Micros.of(committedBefore))
                .setMaxResults(limit)
                .getResultStream()
                .map(branch -> BranchId.parse(branch.id()))
                .toList());
  }

  @Override
  public int prune(Retention retention, int limit) {
    long history = Micros.of(clock.now().minus(retention.history()));
    long tombstones = Micros.of(clock.now().minus(retention.tombstones()));
    Duration outcomesKept =
        retention.tombstones().compareTo(LOCAL_OUTCOMES) < 0
            ? retention.tombstones()
            : LOCAL_OUTCOMES;
    long outcomes = Micros.of(clock.now().minus(outcomesKept));
    int large = LARGE_STEP * limit;
    int removed = steps(() -> pruneAttempts(history, large));
    removed += step("lease blocks", sql -> pruneBlocks(sql, limit));
    removed += step("dead messages", sql -> pruneDead(sql, history, limit));
    removed += steps(() -> pruneLocalOutcomes(outcomes, large));
    for (BranchState finished :
        List.of(BranchState.COMMITTED, BranchState.ROLLED_BACK, BranchState.ABORTED)) {
      removed += steps(() -> pruneTombstones(finished, tombstones, large));
    }
    removed += steps(() -> pruneIds(large));
    removed += steps(() -> pruneAnswers(limit));
    long ended = Micros.of(clock.now().minus(retention.tombstones()));
    removed += step("nodes", sql -> sql.update(GONE_NODES, history));
    removed +=
        step(
            "lease terms",
            sql -> delete(sql, DELETE_TERMS, ended, sql.select(ENDED_TERMS, -ended, ended, limit)));
    return removed + step("messages without a group", sql -> pruneOrphans(sql, limit));
  }

  private int step(String what, Function<Sql, Integer> work) {
    return transactions.repeatable("prune " + what, work);
  }

  /**
   * One of several steps.
   *
   * @param removed how many rows
   * @param more whether there may be more to remove
   */
  private record Step(int removed, boolean more) {}

  /** Steps while there is more to remove, but only so many, and for a bounded time. */
  private int steps(Supplier<Step> next) {
    Instant end = clock.now().plus(LONGEST);
    int removed = 0;
    for (int i = 0; i < MOST_STEPS; i++) {
      Step step = next.get();
      removed += step.removed();
      if (!step.more() || !clock.now().isBefore(end)) {
        break;
      }
    }
    return removed;
  }

  /** By keys that were read before: a DELETE with a limited query inside is not portable. */
  private static int delete(Sql sql, String statement, long before, List<Row> keys) {
    if (keys.isEmpty()) {
      return 0;
    }
    return sql.update(
        statement.formatted(Sql.marks(keys.size())),
        Sql.arguments(List.of(before), keys.stream().map(row -> row.cells()[0]).toList()));
  }

  /** Goes on where it ended, not through the outcomes of xids that are kept for longer. */
  private Step pruneLocalOutcomes(long before, int limit) {
    long from = localOutcomesPrunedTo.get();
    int removed =
        step(
            "outcomes",
            sql ->
                delete(
                    sql,
                    DELETE_BRANCHES,
                    before,
                    sql.select(OLD_OUTCOMES, BranchState.COMMITTED.name(), from, before, limit)));
    if (removed < limit) {
      localOutcomesPrunedTo.set(before);
    }
    return new Step(removed, removed == limit);
  }

  private Step pruneTombstones(BranchState finished, long before, int limit) {
    int removed =
        step(
            "tombstones",
            sql ->
                delete(
                    sql,
                    DELETE_BRANCHES,
                    before,
                    sql.select(OLD_TOMBSTONES, finished.name(), before, limit)));
    return new Step(removed, removed == limit);
  }

  private Step pruneIds(int limit) {
    int removed = step("deduplication ids", sql -> ids.prune(sql, limit));
    return new Step(removed, removed == limit);
  }

  private Step pruneAnswers(int limit) {
    int removed = step("answers", sql -> answers.prune(sql, limit));
    return new Step(removed, removed == limit);
  }

  /**
   * Ids of messages rise with the time of their sending, so the oldest attempts are among the
   * first: this goes through them in steps, and begins again where they are too young.
   */
  private Step pruneAttempts(long before, int limit) {
    int removed = step("attempts", sql -> pruneAttempts(sql, before, limit));
    return new Step(removed, !attemptsPrunedTo.get().equals(FIRST));
  }

  private int pruneAttempts(Sql sql, long before, int limit) {
    List<Row> next = sql.select(NEXT_ATTEMPTS, attemptsPrunedTo.get(), limit);
    if (next.isEmpty()) {
      attemptsPrunedTo.set(FIRST);
      return 0;
    }
    UUID first = next.get(0).uuid(0);
    UUID last = next.get(next.size() - 1).uuid(0);
    boolean atTheEnd = next.size() < limit || sentAt(last) >= before;
    attemptsPrunedTo.set(atTheEnd ? FIRST : last);
    return sql.update(OLD_ATTEMPTS, first, last, before, before);
  }

  /** In microseconds, as the id of a message tells. */
  private static long sentAt(UUID messageId) {
    return messageId.version() == 7 ? (messageId.getMostSignificantBits() >>> 16) * 1000 : 0;
  }

  /**
   * Blocks that nobody has counted down: of processes that died, or whose last lease was in doubt.
   * This goes through all blocks in small steps, round and round.
   */
  private int pruneBlocks(Sql sql, int limit) {
    List<LeaseRows.Block> next =
        sql.select(Statements.BLOCKS_AFTER, blocksLookedFor.get(), limit).stream()
            .map(LeaseRows.Block::read)
            .toList();
    blocksLookedFor.set(next.size() < limit ? FIRST : next.get(next.size() - 1).token());
    return next.stream().mapToInt(block -> LeaseRows.removeIfOver(sql, block)).sum();
  }

  private static int pruneDead(Sql sql, long before, int limit) {
    int removed = 0;
    for (Row group : sql.select("select id from wb_group")) {
      for (Row dead : sql.select(DEAD, group.number(0), before, limit - removed)) {
        long position = dead.number(0);
        removed += sql.update(DELETE_DEAD, position, dead.number(1));
        sql.update(PortableSql.DELETE_SETTLED_MESSAGE, position, position);
      }
    }
    return removed;
  }

  /**
   * Two groups that settle a message at the same time each see the other's delivery, and neither
   * removes the message: this goes through all messages in small steps, round and round.
   */
  private int pruneOrphans(Sql sql, int limit) {
    List<Row> next = sql.select(LATER_MESSAGES, orphansLookedFor.get(), limit);
    orphansLookedFor.set(next.size() < limit ? 0 : next.get(next.size() - 1).number(0));
    if (next.isEmpty()) {
      return 0;
    }
    List<Long> positions = next.stream().map(row -> row.number(0)).toList();
    return sql.update(DELETE_ORPHANS.formatted(Sql.marks(positions.size())), positions.toArray());
  }
}
