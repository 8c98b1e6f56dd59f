package dev.waybill.core.store.sql;

import dev.waybill.core.model.ClaimManner;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** PostgreSQL, from 15 on: a query with FOR UPDATE SKIP LOCKED follows the index and its LIMIT. */
final class PostgresDialect implements Dialect {

  /** Too many connections, and a session ended for idleness in or duration of its transaction. */
  private static final Set<String> CONNECTION_REFUSED_OR_ENDED = Set.of("53300", "25P03", "25P04");

  /** A lock not to be had (in time), and a statement cancelled, as by a time-out. */
  private static final Set<String> CONTENTION = Set.of("55P03", "57014");

  // Partial indexes serve only conditions that are written out.
  private static final String DUE =
      "select position, claim_rank, priority from wb_delivery where group_id = ?"
          + " and state = 'SCHEDULED' and claim_rank between ? and ?"
          + " order by claim_rank, position limit ? for update skip locked";

  private static final String INSERT =
      "insert into wb_message (" + PortableSql.SENT_COLUMNS + ") values ";
  private static final String MESSAGE =
      "(nextval('wb_position_seq'), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private static final String SEND =
      "with m as ("
          + INSERT
          + "%s returning position, queue_id, priority, available_at), d as (insert into"
          + " wb_delivery (position, group_id, queue_id, state, available_at, claim_rank, priority,"
          + " attempts, claim_alone) select m.position, g.id, m.queue_id,"
          + PortableSql.FAN_OUT_COLUMNS
          + " from m join wb_group g on g.queue_id = m.queue_id) select position from m";

  /**
   * The rows are locked in the order of the index, then numbered; {@code t} are those that the
   * block may hold. A block that does not count its attempts may be lost with the database: then no
   * delivery carries its token, and none of its leases settles anything.
   */
  private static final String CLAIM =
      "with c as materialized (select position, claim_rank, attempts, (%s)"
          + " as alone from wb_delivery where group_id = ? and state = 'READY' and claim_rank >= ?"
          + " and lease_token is null order by claim_rank, position limit ? for update skip locked),"
          + " w as (select c.*, row_number() over (order by claim_rank, position) as n from c),"
          + " f as (select min(n) filter (where alone) as alone from w),"
          + " t as (select w.*, %s as counted from w cross join f where %s),"
          + " b as (insert into wb_lease (token, term_id, group_id, queue, policy, leased_at, counted,"
          + " positions) select ?, ?, ?, ?, ?, ?, bool_or(counted), string_agg(position::text, ','"
          + " order by n) from t having count(*) > 0),"
          + " u as (update wb_delivery d set lease_token = ?, attempts = d.attempts"
          + " + case when t.counted then 1 else 0 end from t"
          + " where d.position = t.position and d.group_id = ?)"
          + " select %s, t.attempts, t.claim_rank, t.counted, case when t.counted then ''"
          + " else set_config('synchronous_commit', 'off', true) end"
          + " from t join wb_message m on m.position = t.position order by t.n";

  private static final String FIRST_ALONE = "coalesce(f.alone = 1, false)";
  private static final String UP_TO_THAT = "n < coalesce(f.alone, n + 1)";

  private static final Map<ClaimManner, String> CLAIMS =
      Map.of(
          ClaimManner.COUNTED,
          claim("false", "true", "true"),
          ClaimManner.FIRST,
          claim("attempts > 0 or claim_alone", FIRST_ALONE, UP_TO_THAT + " or n = 1"),
          ClaimManner.AHEAD,
          claim("attempts > 0 or claim_alone", "false", UP_TO_THAT),
          ClaimManner.BATCH,
          claim("claim_alone", FIRST_ALONE, UP_TO_THAT + " or n = 1"));

  private static final int COUNTED = Claim.Block.RANK + 1;

  private static final String COMPLETE =
      "with d as (delete from wb_delivery where position = ? and group_id = ? and lease_token = ?"
          + " and state = ? returning position), a as (insert into wb_attempt (message_id, queue,"
          + " group_id, number, consumer, started_at, ended_at, outcome)"
          + " select ?, ?, ?, ?, ?, ?, ?, 'COMPLETED' from d),"
          // All parts see the rows as they were before: the delivery itself must not count.
          + " m as (delete from wb_message m using d where m.position = d.position and not exists"
          + " (select 1 from wb_delivery o where o.position = d.position and o.group_id <> ?))"
          + "%s select count(*) from d";
  private static final String UNLIMITED = COMPLETE.formatted("");
  private static final String LIMITED =
      COMPLETE.formatted(
          ", x as (delete from wb_lease_limit l using d where l.position = d.position"
              + " and l.group_id = ? and l.token = ?)");

  /** Refuses nothing: a failed statement would spoil the user's transaction (rule C14). */
  private static final String TAKE_ID =
      PortableSql.INSERT_ID
          + " on conflict (queue_id, deduplication_id) do update set"
          + " message_id = excluded.message_id, expires_at = excluded.expires_at,"
          + " kept_for = excluded.kept_for, branch_key = excluded.branch_key"
          + " where wb_deduplication.branch_key is null and wb_deduplication.expires_at <= ?";

  private static final String WAIT_BRIEFLY =
      "select current_setting('lock_timeout'), set_config('lock_timeout', '250ms', true)";
  private static final String WAIT_AS_BEFORE = "select set_config('lock_timeout', ?, true)";

  private static String claim(String alone, String counted, String fits) {
    String columns =
        Arrays.stream(PortableSql.MESSAGE_COLUMNS.split(", *"))
            .map(column -> "m." + column)
            .collect(Collectors.joining(", "));
    return CLAIM.formatted(alone, counted, fits, columns);
  }

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

  /**
   * For tables of twice the pages that the planner knows of; small ones may be read from end to
   * end. Where the user may not analyze a table it is left to autovacuum.
   */
  private static final String OUTGROWN =
      "select 'analyze (skip_locked) ' || c.oid::regclass from pg_class c where c.oid in"
          + " (to_regclass('wb_message'), to_regclass('wb_delivery'), to_regclass('wb_lease'),"
          + " to_regclass('wb_key_news'), to_regclass('wb_ordering_key'), to_regclass('wb_key_line'),"
          + " to_regclass('wb_unsettled'))"
          + " and pg_relation_size(c.oid) / current_setting('block_size')::int"
          + " > greatest(4, 2 * c.relpages) and pg_has_role(c.relowner, 'USAGE')";

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
  public Version oldest() {
    return new Version(15, 0);
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
  public List<Long> insert(Sql sql, List<Object[]> messages) {
    return positions(
        sql.select(INSERT + marks(messages) + " returning position", flat(messages).toArray()));
  }

  @Override
  public List<Long> send(Sql sql, List<Object[]> messages, long nowMicros, long ageingMicros) {
    List<Object> arguments = flat(messages);
    Collections.addAll(
        arguments, nowMicros, nowMicros, nowMicros, nowMicros, nowMicros, ageingMicros);
    return positions(sql.select(SEND.formatted(marks(messages)), arguments.toArray()));
  }

  private static String marks(List<Object[]> messages) {
    return String.join(", ", Collections.nCopies(messages.size(), MESSAGE));
  }

  private static List<Object> flat(List<Object[]> messages) {
    List<Object> arguments = new ArrayList<>();
    messages.forEach(message -> Collections.addAll(arguments, message));
    return arguments;
  }

  private static List<Long> positions(List<Row> rows) {
    return rows.stream().map(row -> row.number(0)).sorted().toList();
  }

  @Override
  public Claim.Block claim(Sql sql, Claim claim) {
    List<Row> rows =
        sql.select(
            CLAIMS.get(claim.manner()),
            claim.groupId(),
            claim.fromRank(),
            claim.count(),
            claim.token(),
            claim.termId(),
            claim.groupId(),
            claim.queue(),
            claim.policy(),
            claim.nowMicros(),
            claim.token(),
            claim.groupId());
    return new Claim.Block(rows, !rows.isEmpty() && rows.get(0).flag(COUNTED));
  }

  @Override
  public boolean complete(Sql sql, Completion done) {
    List<Object> arguments = new ArrayList<>();
    Collections.addAll(
        arguments,
        done.position(),
        done.groupId(),
        done.token(),
        done.state(),
        done.messageId(),
        done.queue(),
        done.groupId(),
        done.attempt(),
        done.consumer(),
        done.startedAtMicros(),
        done.endedAtMicros(),
        done.groupId());
    if (done.limited()) {
      Collections.addAll(arguments, done.groupId(), done.token());
    }
    String statement = done.limited() ? LIMITED : UNLIMITED;
    return sql.selectOne(statement, arguments.toArray()).orElseThrow().number(0) == 1;
  }

  @Override
  public boolean takeId(Sql sql, TakenId id, long nowMicros) {
    return sql.update(TAKE_ID, id.takeArguments(nowMicros)) == 1;
  }

  /** The setting is the transaction's: if the work fails, it ends with it. */
  @Override
  public <T> T waitingBriefly(Sql sql, Supplier<T> work) {
    String before = sql.selectOne(WAIT_BRIEFLY).orElseThrow().text(0);
    return PortableSql.andThen(work, () -> sql.select(WAIT_AS_BEFORE, before));
  }

  @Override
  public List<Row> lockDue(Sql sql, long groupId, long fromMicros, long dueMicros, int count) {
    return sql.select(DUE, groupId, fromMicros, dueMicros, count);
  }

  /** With full_page_writes off a crash of the machine may leave torn pages. */
  @Override
  public Optional<String> durabilityQuery() {
    return Optional.of(
        "select name || ' = ' || setting from pg_settings where setting = 'off'"
            + " and name in ('synchronous_commit', 'fsync', 'full_page_writes') order by name desc");
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
  public Optional<String> boundedIdleness() {
    return Optional.of("set local idle_in_transaction_session_timeout = '10s'");
  }

  @Override
  public Optional<String> statisticsQuery() {
    return Optional.of(OUTGROWN);
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
