package dev.waybill.core.store;

import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LineKey;
import dev.waybill.core.store.sql.PortableSql;
import dev.waybill.core.store.sql.Sql;
import java.util.List;

/**
 * Tells the lines of ordering keys what was sent and what was settled for good, by rows of the
 * transaction that did it (rule C10). They are inserted only, each with a key that nobody else
 * writes: so no transaction waits here for another. {@link KeyLines} takes them away.
 */
final class KeyNews {

  private static final String OF_BLOCKED =
      "insert into wb_key_news (position, group_id, ordering_key, settled)"
          + " select d.position, d.group_id, "
          + PortableSql.LINE_KEY
          + ", false from wb_delivery d"
          + " join wb_message m on m.position = d.position where d.state = 'BLOCKED' and ";

  private static final String SETTLED =
      "insert into wb_key_news (position, group_id, ordering_key, settled) values (?, ?, ?, ?)";

  private KeyNews() {}

  /** This transaction has sent messages: some wait for their turn. */
  static void sent(Sql sql, List<Long> positions) {
    sql.update(
        OF_BLOCKED + "d.position in (" + Sql.marks(positions.size()) + ")", positions.toArray());
  }

  /** This transaction has released a branch. */
  static void released(Sql sql, long first, long last, String branchKey) {
    sql.update(
        OF_BLOCKED + "d.position between ? and ? and m.branch_key = ?", first, last, branchKey);
  }

  /**
   * This transaction has created a group that is owed what is kept. Each group has lines of its
   * own: what was not in one yet when the group came is in the order of sending there.
   */
  static void owedTo(Sql sql, long groupId) {
    sql.update(OF_BLOCKED + "d.group_id = ?", groupId);
  }

  /**
   * This transaction has settled a delivery for good: the next of its line may go, if it had one.
   */
  static void settled(Sql sql, Lease lease) {
    if (lease.lineKey() != null) {
      sql.update(
          SETTLED, lease.delivery().position(), lease.delivery().groupId(), lease.lineKey(), true);
    }
    if (LineKey.isStream(lease.lineKey())) {
      StreamRows.settled(sql, lease);
    }
  }
}
