package dev.waybill.core.store.sql;

import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.store.sql.Claim.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What a dialect may do in one statement of its own, in statements that every database knows. */
public final class PortableSql {

  /** What is read of a message. */
  public static final String MESSAGE_COLUMNS =
      "position, id, sent_at, content_type, body, large_body, headers, priority, correlation_id,"
          + " origin_queue, origin_group, attempts, last_outcome, last_error, dead_at, ordering_key,"
          + " awaited_by, producer_id, producer_sequence";

  private static final String TIMES =
      " case when m.available_at <= ? then ? else m.available_at end,"
          + " case when m.available_at <= ? then cast(? as decimal(19)) - m.priority * cast(? as decimal(19))"
          + " else m.available_at end, m.priority, 0, false";

  /** Of messages without ordering keys. Arguments: {@code now, now, now, now, now, ageing}. */
  static final String FAN_OUT_COLUMNS =
      " case when m.available_at <= ? then 'READY' else 'SCHEDULED' end," + TIMES;

  /** The line in which a message {@code m} stands; null if it stands in none. */
  public static final String LINE_KEY =
      "case when m.dead_at is not null then null"
          + " when m.producer_id is not null then concat('s', m.producer_id)"
          + " when m.ordering_key is not null then concat('k', m.ordering_key) end";

  /** Those of a line wait for their turn; dead letters are not held in order. */
  private static final String FAN_OUT_LINES =
      " case when (m.ordering_key is not null or m.producer_id is not null)"
          + " and m.dead_at is null then 'BLOCKED'"
          + " when m.available_at <= ? then 'READY' else 'SCHEDULED' end,"
          + TIMES;

  /** Gives each group its delivery; arguments as above; to be followed by a condition. */
  public static final String FAN_OUT =
      "insert into wb_delivery (position, group_id, queue_id, state, available_at, claim_rank,"
          + " priority, attempts, claim_alone) select m.position, g.id, m.queue_id,"
          + FAN_OUT_LINES
          + " from wb_message m join wb_group g on g.queue_id = m.queue_id where ";

  /** The columns of a message that is sent. */
  static final String SENT_COLUMNS =
      "position, id, queue_id, sent_at, content_type, body, large_body, headers, priority,"
          + " correlation_id, available_at, branch_key, ordering_key, awaited_by, producer_id,"
          + " producer_sequence";

  /** Adds to the history. */
  static final String INSERT_ATTEMPT =
      "insert into wb_attempt (message_id, queue, group_id, number, consumer, started_at,"
          + " ended_at, outcome, error) values (?, ?, ?, ?, ?, ?, ?, ?, ?)";

  /** The same for an attempt that did not complete; the last argument: whether it was the last. */
  public static final String INSERT_FAILED_ATTEMPT =
      "insert into wb_attempt (message_id, queue, group_id, number, consumer, started_at,"
          + " ended_at, outcome, error, dead) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  /** Arguments: position, group, token. */
  public static final String DELETE_LIMIT =
      "delete from wb_lease_limit where position = ? and group_id = ? and token = ?";

  /** The last group to settle a message removes it. Arguments: position, position. */
  public static final String DELETE_SETTLED_MESSAGE =
      "delete from wb_message where position = ?"
          + " and not exists (select 1 from wb_delivery where position = ?)";

  private static final String END_SETTLED =
      "delete from wb_delivery where position = ? and group_id = ? and lease_token = ?"
          + " and state = ?";

  private static final String MARK =
      "update wb_delivery set lease_token = ?, attempts = attempts + ?"
          + " where group_id = ? and position in (%s) and state = 'READY' and lease_token is null";

  private static final String INSERT_BLOCK =
      "insert into wb_lease (token, term_id, group_id, queue, policy, leased_at, counted,"
          + " positions) values (?, ?, ?, ?, ?, ?, ?, ?)";

  private static final String READ_MESSAGES =
      "select " + MESSAGE_COLUMNS + " from wb_message where position in (%s)";

  private static final String TAKE_OVER_ID =
      "update wb_deduplication set message_id = ?, expires_at = ?, kept_for = ?, branch_key = ?"
          + " where queue_id = ? and deduplication_id = ? and branch_key is null"
          + " and expires_at <= ?";

  private static final String FIND_ID =
      "select message_id from wb_deduplication where queue_id = ? and deduplication_id = ?";

  static final String INSERT_ID =
      "insert into wb_deduplication (queue_id, deduplication_id, message_id, expires_at, kept_for,"
          + " branch_key) values (?, ?, ?, ?, ?, ?)";

  private PortableSql() {}

  /**
   * For databases where a statement that failed leaves the transaction as it was: two that insert
   * the same at the same time are told apart by the failure of one.
   */
  static boolean takeId(Sql sql, TakenId id, long nowMicros) {
    int takenOver =
        sql.update(
            TAKE_OVER_ID,
            id.messageId(),
            id.expiresAtMicros(),
            id.keptForMicros(),
            id.branchKey(),
            id.queueId(),
            id.id(),
            nowMicros);
    return takenOver == 1
        || (sql.select(FIND_ID, id.queueId(), id.id()).isEmpty()
            && sql.update(INSERT_ID, id.insertArguments()) == 1);
  }

  /** Runs work, then what undoes a setting, whatever became of the work. */
  static <T> T andThen(Supplier<T> work, Runnable undo) {
    T result;
    try {
      result = work.get();
    } catch (RuntimeException e) {
      try {
        undo.run();
      } catch (RuntimeException failed) {
        // The transaction is spoilt; its end undoes the setting, or the connection is gone.
        e.addSuppressed(failed);
      }
      throw e;
    }
    undo.run();
    return result;
  }

  /**
   * A READY delivery that is locked.
   *
   * @param alone whether it comes by itself, by the manner of the claim
   */
  record Ready(long position, long rank, int attempts, boolean alone) {

    /** Reads position, rank, attempts and whether it is to be claimed alone. */
    static Ready read(Row row, ClaimManner manner) {
      int attempts = row.count(2);
      return new Ready(
          row.number(0), row.number(1), attempts, manner.takesAlone(attempts, row.flag(3)));
    }
  }

  /**
   * What of a run of deliveries in claim order one block may hold.
   *
   * @param beginning whether the block is still empty
   */
  static List<Ready> fitting(List<Ready> run, ClaimManner manner, boolean beginning) {
    if (manner != ClaimManner.AHEAD && beginning && !run.isEmpty() && run.get(0).alone()) {
      return run.subList(0, 1);
    }
    return run.stream().takeWhile(ready -> !ready.alone()).toList();
  }

  /** Leases deliveries that this transaction has locked. */
  static Block lease(Sql sql, Claim claim, List<Ready> locked) {
    boolean counted =
        claim.manner() == ClaimManner.COUNTED || (!locked.isEmpty() && locked.get(0).alone());
    if (locked.isEmpty()) {
      return new Block(List.of(), counted);
    }
    List<Long> positions = locked.stream().map(Ready::position).toList();
    String marks = Sql.marks(positions.size());
    sql.update(
        MARK.formatted(marks),
        Sql.arguments(List.of(claim.token(), counted ? 1 : 0, claim.groupId()), positions));
    insertBlock(sql, claim, counted, positions);
    Map<Long, Row> messages = new HashMap<>();
    for (Row row : sql.select(READ_MESSAGES.formatted(marks), positions.toArray())) {
      messages.put(row.number(0), row);
    }
    List<Row> rows = new ArrayList<>();
    for (Ready ready : locked) {
      Object[] cells = Arrays.copyOf(messages.get(ready.position()).cells(), Block.RANK + 1);
      cells[Block.ATTEMPTS] = ready.attempts();
      cells[Block.RANK] = ready.rank();
      rows.add(new Row(cells));
    }
    return new Block(rows, counted);
  }

  /** Writes the row of a block, in the transaction that marks its deliveries. */
  public static void insertBlock(Sql sql, Claim claim, boolean counted, List<Long> positions) {
    sql.update(
        INSERT_BLOCK,
        claim.token(),
        claim.termId(),
        claim.groupId(),
        claim.queue(),
        claim.policy(),
        claim.nowMicros(),
        counted,
        positions.stream().map(String::valueOf).collect(Collectors.joining(",")));
  }

  /** Settles a completed delivery; false if its lease was lost, and then nothing was done. */
  static boolean complete(Sql sql, Completion done) {
    long position = done.position();
    if (sql.update(END_SETTLED, position, done.groupId(), done.token(), done.state()) == 0) {
      return false;
    }
    sql.update(
        INSERT_ATTEMPT,
        done.messageId(),
        done.queue(),
        done.groupId(),
        done.attempt(),
        done.consumer(),
        done.startedAtMicros(),
        done.endedAtMicros(),
        "COMPLETED",
        null);
    if (done.limited()) {
      sql.update(DELETE_LIMIT, position, done.groupId(), done.token());
    }
    sql.update(DELETE_SETTLED_MESSAGE, position, position);
    return true;
  }

  /** Creates the deliveries of messages that are visible with this transaction. */
  public static void fanOut(Sql sql, List<Long> positions, long now, long ageing) {
    sql.update(
        FAN_OUT + "m.position in (" + Sql.marks(positions.size()) + ")",
        Sql.arguments(List.of(now, now, now, now, now, ageing), positions));
  }
}
