package dev.waybill.core.store.sql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
  private static final int WINDOWS = 32;
  private static final int SMALLEST_WINDOW = 16;

  // Sorted by the index only if the order names all of its columns.
  private static final String CANDIDATES =
      "select position, claim_rank from wb_delivery where group_id = ? and state = ?"
          + " and claim_rank >= ? and (claim_rank > ? or position > ?)"
          + " and (attempts = 0 or ?) and (claim_alone = false or ?)"
          + " order by group_id, state, claim_rank, position limit ?";
  private static final String LOCK =
      "select position, attempts from wb_delivery where group_id = ? and state = ?"
          + " and position in (%s) for update skip locked";
  private static final String DUE =
      "select position from wb_delivery where group_id = ? and state = 'SCHEDULED'"
          + " and claim_rank <= ? order by group_id, state, claim_rank, position limit ?";

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
  public List<Row> lockReady(Sql sql, long groupId, int count, boolean untriedOnly) {
    List<Row> locked = new ArrayList<>(count);
    long rank = Long.MIN_VALUE;
    long position = Long.MIN_VALUE;
    int window = Math.max(count, SMALLEST_WINDOW);
    for (int i = 0; i < WINDOWS && locked.size() < count; i++) {
      List<Row> candidates =
          sql.select(
              CANDIDATES,
              groupId,
              "READY",
              rank,
              rank,
              position,
              !untriedOnly,
              !untriedOnly,
              window);
      lockInOrder(sql, groupId, candidates, count, locked);
      if (candidates.size() < window) {
        break;
      }
      Row last = candidates.get(candidates.size() - 1);
      position = last.number(0);
      rank = last.number(1);
    }
    return locked;
  }

  /** Locks no more than are wanted, so that others find the rest. */
  private static void lockInOrder(
      Sql sql, long groupId, List<Row> candidates, int count, List<Row> locked) {
    int next = 0;
    while (next < candidates.size() && locked.size() < count) {
      int end = Math.min(candidates.size(), next + count - locked.size());
      List<Long> positions =
          candidates.subList(next, end).stream().map(row -> row.number(0)).toList();
      Map<Long, Row> byPosition = new HashMap<>();
      for (Row row : lock(sql, groupId, "READY", positions)) {
        byPosition.put(row.number(0), row);
      }
      for (Long candidate : positions) {
        Row row = byPosition.get(candidate);
        if (row != null) {
          locked.add(row);
        }
      }
      next = end;
    }
  }

  @Override
  public List<Long> lockDue(Sql sql, long groupId, long dueMicros, int count) {
    List<Long> due =
        sql.select(DUE, groupId, dueMicros, count).stream().map(row -> row.number(0)).toList();
    if (due.isEmpty()) {
      return due;
    }
    return lock(sql, groupId, "SCHEDULED", due).stream().map(row -> row.number(0)).toList();
  }

  private static List<Row> lock(Sql sql, long groupId, String state, List<Long> positions) {
    return sql.select(
        LOCK.formatted(Sql.marks(positions.size())),
        Sql.arguments(List.of(groupId, state), positions));
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
