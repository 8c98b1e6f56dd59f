package dev.waybill.core.store.sql;

import dev.waybill.core.store.sql.PortableSql.Ready;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * MariaDB, from 10.11 on, by its own driver. With READ COMMITTED a locking read gives back the
 * locks of rows that it does not return, and locks no gaps: so a claim may follow the index and its
 * LIMIT.
 */
final class MariaDbDialect implements Dialect {

  private static final int DUPLICATE_KEY = 1062;

  /** The server stops, the session was killed, too many connections, the host is blocked. */
  private static final Set<Integer> CONNECTION_REFUSED_OR_ENDED = Set.of(1053, 1927, 1040, 1129);

  /**
   * A lock not to be had in time, a deadlock, a row or table that changed since the snapshot, and a
   * statement that was cancelled, as by a time-out.
   */
  private static final Set<Integer> CONTENTION = Set.of(1205, 1213, 1020, 1412, 1317, 1969);

  // Without the hint the optimizer may sort, and then every row that matches is locked.
  private static final String READY =
      "select position, claim_rank, attempts, claim_alone from wb_delivery"
          + " force index (wb_delivery_claim) where group_id = ? and state = 'READY'"
          + " and claim_rank >= ? and lease_token is null"
          + " order by claim_rank, position limit ? for update skip locked";
  private static final String DUE =
      "select position, claim_rank, priority from wb_delivery force index (wb_delivery_claim)"
          + " where group_id = ? and state = 'SCHEDULED' and claim_rank between ? and ?"
          + " order by claim_rank, position limit ? for update skip locked";
  private static final String INSERT =
      "insert into wb_message (" + PortableSql.SENT_COLUMNS + ") values ";
  private static final String MESSAGE =
      "(next value for wb_position_seq, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  // Columns are set in this order, and each sees those before it as they then are.
  private static final String TAKE_ID =
      PortableSql.INSERT_ID
          + " on duplicate key update message_id ="
          + " if(branch_key is null and expires_at <= ?, values(message_id), message_id),"
          + " expires_at = if(message_id = values(message_id), values(expires_at), expires_at),"
          + " kept_for = if(message_id = values(message_id), values(kept_for), kept_for),"
          + " branch_key = if(message_id = values(message_id), values(branch_key), branch_key)"
          + " returning message_id";

  @Override
  public String product() {
    return "MariaDB";
  }

  @Override
  public String scriptFolder() {
    return "mariadb";
  }

  @Override
  public String driverClass() {
    return "org.mariadb.jdbc.Driver";
  }

  @Override
  public Version oldest() {
    return new Version(10, 11);
  }

  @Override
  public Optional<String> driverOfServer() {
    return Optional.of("org.mariadb.jdbc:mariadb-java-client");
  }

  /** In UTC: a local time is ambiguous for an hour each year. */
  @Override
  public String clockQuery() {
    return "select timestampdiff(microsecond, '1970-01-01 00:00:00', utc_timestamp(6))";
  }

  /** Waits are bounded, and what does not fit is refused instead of cut. */
  @Override
  public Optional<String> sessionStart() {
    return Optional.of(
        "set innodb_lock_wait_timeout = 2, sql_mode = concat(@@sql_mode, ',STRICT_ALL_TABLES')");
  }

  @Override
  public List<Long> drawPositions(Sql sql, int count) {
    return sql.select("select next value for wb_position_seq from seq_1_to_" + count).stream()
        .map(row -> row.number(0))
        .sorted()
        .toList();
  }

  @Override
  public List<Long> insert(Sql sql, List<Object[]> messages) {
    List<Object> arguments = new ArrayList<>();
    messages.forEach(message -> Collections.addAll(arguments, message));
    String rows = String.join(", ", Collections.nCopies(messages.size(), MESSAGE));
    return sql.select(INSERT + rows + " returning position", arguments.toArray()).stream()
        .map(row -> row.number(0))
        .sorted()
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
    List<Ready> locked =
        sql.select(READY, claim.groupId(), claim.fromRank(), claim.count()).stream()
            .map(row -> Ready.read(row, claim.manner()))
            .toList();
    return PortableSql.lease(sql, claim, PortableSql.fitting(locked, claim.manner(), true));
  }

  @Override
  public boolean complete(Sql sql, Completion done) {
    return PortableSql.complete(sql, done);
  }

  @Override
  public boolean takeId(Sql sql, TakenId id, long nowMicros) {
    UUID holder = sql.selectOne(TAKE_ID, id.takeArguments(nowMicros)).orElseThrow().uuid(0);
    return holder.equals(id.messageId());
  }

  /** The setting is the session's, in seconds, and no part of the transaction. */
  @Override
  public <T> T waitingBriefly(Sql sql, Supplier<T> work) {
    long before = sql.selectOne("select @@innodb_lock_wait_timeout").orElseThrow().number(0);
    sql.update("set innodb_lock_wait_timeout = 1");
    return PortableSql.andThen(work, () -> sql.update("set innodb_lock_wait_timeout = " + before));
  }

  @Override
  public List<Row> lockDue(Sql sql, long groupId, long fromMicros, long dueMicros, int count) {
    return sql.select(DUE, groupId, fromMicros, dueMicros, count);
  }

  @Override
  public boolean meansConnectionLost(SQLException error) {
    return CONNECTION_REFUSED_OR_ENDED.contains(error.getErrorCode());
  }

  @Override
  public boolean meansContention(SQLException error) {
    return CONTENTION.contains(error.getErrorCode());
  }

  @Override
  public boolean meansDuplicate(SQLException error) {
    return error.getErrorCode() == DUPLICATE_KEY;
  }
}
