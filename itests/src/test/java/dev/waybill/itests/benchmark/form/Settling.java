package dev.waybill.itests.benchmark.form;

import dev.waybill.itests.benchmark.database.Session;
import java.sql.SQLException;
import java.util.List;

/** What a settlement writes, for the forms with block leases. */
final class Settling {

  private static final String ATTEMPT_COLUMNS =
      "(position, group_id, number, message_id, queue, consumer, started_at, ended_at, outcome)";
  private static final String ATTEMPT =
      "insert into wb_attempt "
          + ATTEMPT_COLUMNS
          + " values (?, 1, 1, ?, 'orders:placed',"
          + " 'node-1/bean', ?, ?, 'COMPLETED')";
  private static final String ATTEMPT_IN_ONE =
      ", a as (insert into wb_attempt "
          + ATTEMPT_COLUMNS
          + " select d.position, 1, 1, ?::uuid, 'orders:placed', 'node-1/bean', ?::bigint,"
          + " ?::bigint, 'COMPLETED' from d)";
  private static final String MESSAGE_IN_ONE =
      ", m as (delete from wb_message m using d where m.position = d.position and not exists"
          + " (select 1 from wb_delivery o where o.position = d.position and o.group_id <> 1))";
  private static final String MESSAGE =
      "delete from wb_message where position = ?"
          + " and not exists (select 1 from wb_delivery where position = ?)";

  private final String delete;
  private final String inOne;
  private final boolean oneStatement;
  private final boolean history;
  private final boolean removal;

  /**
   * How to settle.
   *
   * @param fence the condition, with one argument, under which the lease is still held
   * @param oneStatement as PostgreSQL can
   * @param history whether the attempt is written
   * @param removal whether the message is removed
   */
  Settling(String fence, boolean oneStatement, boolean history, boolean removal) {
    this.delete = "delete from wb_delivery where position = ? and group_id = 1 and " + fence;
    this.inOne =
        "with d as ("
            + delete
            + " returning position)"
            + (removal ? MESSAGE_IN_ONE : "")
            + (history ? ATTEMPT_IN_ONE : "")
            + " select count(*) from d";
    this.oneStatement = oneStatement && (history || removal);
    this.history = history;
    this.removal = removal;
  }

  /** Whether nothing is left for {@link #catchUp}. */
  boolean isComplete() {
    return history && removal;
  }

  boolean settle(Session session, Claimed claimed, Object held, long now) throws SQLException {
    if (oneStatement) {
      return settleInOne(session, claimed, held, now) == 1;
    }
    if (session.update(delete, claimed.position(), held) == 0) {
      return false;
    }
    if (history) {
      session.update(ATTEMPT, attempt(claimed, now));
    }
    if (removal) {
      session.update(MESSAGE, claimed.position(), claimed.position());
    }
    return true;
  }

  private long settleInOne(Session session, Claimed claimed, Object held, long now)
      throws SQLException {
    return history
        ? session.number(
            inOne, claimed.position(), held, claimed.messageId(), claimed.block().leasedAt(), now)
        : session.number(inOne, claimed.position(), held);
  }

  private static Object[] attempt(Claimed claimed, long now) {
    return new Object[] {claimed.position(), claimed.messageId(), claimed.block().leasedAt(), now};
  }

  /** What a settlement left out, for several messages in a transaction of their own. */
  void catchUp(Session session, List<Claimed> settled, long now) throws SQLException {
    if (!history) {
      session.batch(ATTEMPT, settled.stream().map(each -> attempt(each, now)).toList());
    }
    if (!removal) {
      session.update(
          "delete from wb_message m where position in ("
              + Session.marks(settled.size())
              + ") and not exists (select 1 from wb_delivery d where d.position = m.position)",
          settled.stream().map(Claimed::position).toArray());
    }
  }
}
