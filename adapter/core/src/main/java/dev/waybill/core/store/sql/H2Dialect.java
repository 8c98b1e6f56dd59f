package dev.waybill.core.store.sql;

import dev.waybill.core.store.sql.PortableSql.Ready;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * H2, from 2.2.224 (the one inside Payara 6) on. A query with FOR UPDATE is never sorted by an
 * index there, and locks every row that matches before LIMIT counts: so candidates are read first,
 * in index order, and then locked by key.
 */
final class H2Dialect implements Dialect {

  private static final int BROKEN = 90067;
  private static final int CLOSED = 90121;
  private static final int IS_CLOSED = 90098;
  private static final int OBJECT_CLOSED = 90007;
  private static final Set<Integer> CONTENTION = Set.of(50200, 90131, 40001);
  private static final int BRIEF_MILLIS = 250;
  private static final int WINDOWS = 32;
  private static final int SMALLEST_WINDOW = 16;

  // Sorted by the index only if the order names all of its columns.
  private static final String CANDIDATES =
      "select position, claim_rank, attempts, claim_alone from wb_delivery where group_id = ?"
          + " and state = 'READY' and claim_rank >= ? and (claim_rank > ? or position > ?)"
          + " and lease_token is null"
          + " order by group_id, state, claim_rank, position limit ?";
  private static final String LOCK =
      "select position, claim_rank, attempts, claim_alone, priority from wb_delivery"
          + " where group_id = ? and state = ? and lease_token is null and position in (%s) for update skip locked";
  private static final String DUE =
      "select position from wb_delivery where group_id = ? and state = 'SCHEDULED'"
          + " and claim_rank between ? and ?"
          + " order by group_id, state, claim_rank, position limit ?";
  private static final String INSERT =
      "select position from final table (insert into wb_message ("
          + PortableSql.SENT_COLUMNS
          + ") values ";
  private static final String MESSAGE =
      "(next value for wb_position_seq, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  @Override
  public String product() {
    return "H2";
  }

  @Override
  public String scriptFolder() {
    return "h2";
  }

  @Override
  public String driverClass() {
    return "org.h2.Driver";
  }

  @Override
  public Version oldest() {
    return new Version(2, 2);
  }

  @Override
  public String clockQuery() {
    return "select cast(extract(epoch from current_timestamp) * 1000000 as bigint)";
  }

  @Override
  public List<Long> drawPositions(Sql sql, int count) {
    return sql
        .select("select next value for wb_position_seq from system_range(1, ?)", count)
        .stream()
        .map(row -> row.number(0))
        .sorted()
        .toList();
  }

  @Override
  public List<Long> insert(Sql sql, List<Object[]> messages) {
    List<Object> arguments = new ArrayList<>();
    messages.forEach(message -> Collections.addAll(arguments, message));
    String rows = String.join(", ", Collections.nCopies(messages.size(), MESSAGE));
    return sql.select(INSERT + rows + ")", arguments.toArray()).stream()
        .map(row -> row.number(0))
        .toList();
  }

  @Override
  public List<Long> send(Sql sql, List<Object[]> messages, long nowMicros, long ageingMicros) {
    List<Long> positions = insert(sql, messages);
    PortableSql.fanOut(sql, positions, nowMicros, ageingMicros);
    return positions;
  }

  @Override
  public Claim.Block claim(Sql sql, Claim claim) {
    return PortableSql.lease(sql, claim, lockReady(sql, claim));
  }

  @Override
  public boolean complete(Sql sql, Completion done) {
    return PortableSql.complete(sql, done);
  }

  private static List<Ready> lockReady(Sql sql, Claim claim) {
    List<Ready> locked = new ArrayList<>(claim.count());
    long rank = claim.fromRank();
    long position = Long.MIN_VALUE;
    int window = Math.max(claim.count(), SMALLEST_WINDOW);
    for (int i = 0; i < WINDOWS && locked.size() < claim.count(); i++) {
      List<Ready> candidates =
          sql.select(CANDIDATES, claim.groupId(), rank, rank, position, window).stream()
              .map(row -> Ready.read(row, claim.manner()))
              .toList();
      if (!lockInOrder(sql, claim, candidates, locked) || candidates.size() < window) {
        break;
      }
      Ready last = candidates.get(candidates.size() - 1);
      position = last.position();
      rank = last.rank();
    }
    return locked;
  }

  /**
   * Locks no more than are wanted, so that others find the rest. Whether what follows the
   * candidates may be taken, too.
   */
  private static boolean lockInOrder(
      Sql sql, Claim claim, List<Ready> candidates, List<Ready> locked) {
    int next = 0;
    while (next < candidates.size() && locked.size() < claim.count()) {
      int end = Math.min(candidates.size(), next + claim.count() - locked.size());
      List<Ready> run = candidates.subList(next, end);
      List<Ready> wanted = PortableSql.fitting(run, claim.manner(), locked.isEmpty());
      if (wanted.isEmpty()) {
        return false;
      }
      List<Ready> got =
          lock(sql, claim.groupId(), "READY", wanted.stream().map(Ready::position))
              .map(row -> Ready.read(row, claim.manner()))
              .toList();
      // It may have been tried between the look and the lock.
      List<Ready> fitting = PortableSql.fitting(got, claim.manner(), locked.isEmpty());
      locked.addAll(fitting);
      if (fitting.size() < got.size() || (!locked.isEmpty() && locked.get(0).alone())) {
        return false;
      }
      next += wanted.size();
    }
    return true;
  }

  @Override
  public boolean takeId(Sql sql, TakenId id, long nowMicros) {
    return PortableSql.takeId(sql, id, nowMicros);
  }

  /** The setting is the session's, and no part of the transaction. */
  @Override
  public <T> T waitingBriefly(Sql sql, Supplier<T> work) {
    long before = sql.selectOne("select lock_timeout()").orElseThrow().number(0);
    sql.update("set lock_timeout " + BRIEF_MILLIS);
    return PortableSql.andThen(work, () -> sql.update("set lock_timeout " + before));
  }

  @Override
  public List<Row> lockDue(Sql sql, long groupId, long fromMicros, long dueMicros, int count) {
    List<Row> due = sql.select(DUE, groupId, fromMicros, dueMicros, count);
    if (due.isEmpty()) {
      return due;
    }
    return lock(sql, groupId, "SCHEDULED", due.stream().map(row -> row.number(0)))
        .map(row -> new Row(new Object[] {row.number(0), row.number(1), row.number(4)}))
        .toList();
  }

  /** In claim order. */
  private static Stream<Row> lock(Sql sql, long groupId, String state, Stream<Long> positions) {
    List<Long> keys = positions.toList();
    return sql
        .select(
            LOCK.formatted(Sql.marks(keys.size())), Sql.arguments(List.of(groupId, state), keys))
        .stream()
        .sorted(
            Comparator.comparing((Row row) -> row.number(1)).thenComparing(row -> row.number(0)));
  }

  @Override
  public boolean meansConnectionLost(SQLException error) {
    int code = error.getErrorCode();
    return code == BROKEN || code == CLOSED || code == IS_CLOSED || code == OBJECT_CLOSED;
  }

  @Override
  public boolean meansContention(SQLException error) {
    return CONTENTION.contains(error.getErrorCode());
  }
}
