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

  /**
   * Sessions with a snapshot or a transaction and prepared transactions of this database;
   * replication slots and standbys that hold back what they may still read.
   */
  private static final String HORIZON =
      """
      select holder, mark, coalesce(cast(extract(epoch from age) * 1000000 as bigint), 0)
      from (
        select 'the session of process ' || pid || ' (user ' || coalesce(usename, 'unknown')
            || ', application "' || coalesce(application_name, '') || '", '
            || coalesce(state, 'state unknown') || ')' as holder,
          cast(xact_start as text) as mark, clock_timestamp() - xact_start as age
        from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
          and xact_start is not null and (backend_xmin is not null or backend_xid is not null)
        union all
        select 'the prepared transaction "' || gid || '" (owner ' || owner || ')',
          cast(prepared as text), clock_timestamp() - prepared
        from pg_prepared_xacts where database = current_database()
        union all
        select 'the replication slot ' || slot_name
            || case when active then '' else ' (not in use)' end,
          coalesce(cast(xmin as text), '') || ' ' || coalesce(cast(catalog_xmin as text), ''), null
        from pg_replication_slots
        where xmin is not null or (catalog_xmin is not null and database = current_database())
        union all
        select 'the standby ' || application_name || ' (hot_standby_feedback)',
          cast(backend_xmin as text), null
        from pg_stat_replication where backend_xmin is not null
      ) as holders order by age desc nulls first limit 20
      """;

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

  @Override
  public boolean notifies() {
    return true;
  }

  /** Without it a statement waits for a lock for ever. */
  @Override
  public Optional<String> boundedWaits() {
    return Optional.of("set local lock_timeout = '2s'");
  }

  @Override
  public Optional<String> horizonQuery() {
    return Optional.of(HORIZON);
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
