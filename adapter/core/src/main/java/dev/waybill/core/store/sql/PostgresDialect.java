package dev.waybill.core.store.sql;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** PostgreSQL, from 15 on: a query with FOR UPDATE SKIP LOCKED follows the index and its LIMIT. */
final class PostgresDialect implements Dialect {

  /** Too many connections, and a session ended for idleness in or duration of its transaction. */
  private static final Set<String> CONNECTION_REFUSED_OR_ENDED = Set.of("53300", "25P03", "25P04");

  /** A lock not to be had (in time), and a statement cancelled, as by a time-out. */
  private static final Set<String> CONTENTION = Set.of("55P03", "57014");

  // Partial indexes serve only conditions that are written out.
  private static final String READY =
      "select position, attempts from wb_delivery where group_id = ? and state = 'READY'%s"
          + " order by claim_rank, position limit ? for update skip locked";
  private static final String UNTRIED = " and attempts = 0 and not claim_alone";
  private static final String DUE =
      "select position from wb_delivery where group_id = ? and state = 'SCHEDULED'"
          + " and claim_rank <= ? order by claim_rank, position limit ? for update skip locked";

  @Override
  public String product() {
    return "PostgreSQL";
  }

  @Override
  public String scriptFolder() {
    return "postgresql";
  }

  @Override
  public String driverClass() {
    return "org.postgresql.Driver";
  }

  @Override
  public String clockQuery() {
    return "select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)";
  }

  @Override
  public List<Long> drawPositions(Sql sql, int count) {
    return sql
        .select("select nextval('wb_position_seq') from generate_series(1, ?)", count)
        .stream()
        .map(row -> row.number(0))
        .sorted()
        .toList();
  }

  @Override
  public List<Row> lockReady(Sql sql, long groupId, int count, boolean untriedOnly) {
    return sql.select(READY.formatted(untriedOnly ? UNTRIED : ""), groupId, count);
  }

  @Override
  public List<Long> lockDue(Sql sql, long groupId, long dueMicros, int count) {
    return sql.select(DUE, groupId, dueMicros, count).stream().map(row -> row.number(0)).toList();
  }

  /** Without it a statement waits for a lock for ever. */
  @Override
  public Optional<String> boundedWaits() {
    return Optional.of("set local lock_timeout = '2s'");
  }

  /** Classes 08 (connection), 57P (shutdown, crash, not yet started) and 58 (system). */
  @Override
  public boolean meansConnectionLost(SQLException error) {
    String state = stateOf(error);
    return state.startsWith("57P")
        || state.startsWith("58")
        || CONNECTION_REFUSED_OR_ENDED.contains(state);
  }

  @Override
  public boolean meansContention(SQLException error) {
    return CONTENTION.contains(stateOf(error));
  }

  private static String stateOf(SQLException error) {
    return error.getSQLState() == null ? "" : error.getSQLState();
  }
}
