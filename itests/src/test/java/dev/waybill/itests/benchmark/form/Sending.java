package dev.waybill.itests.benchmark.form;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.Session;
import dev.waybill.itests.benchmark.work.Item;
import java.sql.SQLException;

/** A send in the sender's transaction: the message, and what each group owes for it. */
final class Sending {

  private static final String MESSAGE =
      "insert into wb_message (position, id, queue_id, sent_at, content_type, body, headers,"
          + " priority, available_at) values (%s, ?, 1, ?, 'json', ?, null, ?, ?)";
  private static final String DELIVERIES =
      "insert into wb_delivery (position, group_id, queue_id, state, available_at, claim_rank,"
          + " priority, attempts, claim_alone, epoch, key_id)"
          + " select m.position, g.id, m.queue_id, ?, m.available_at, cast(? as bigint),"
          + " m.priority, 0, false, 0, cast(? as bigint)"
          + " from %s m join wb_group g on g.queue_id = m.queue_id";

  private static final String IN_ONE =
      "with m as ("
          + MESSAGE.formatted("nextval('wb_position_seq')")
          + " returning position, queue_id, available_at, priority), d as ("
          + DELIVERIES.formatted("m")
          + ") select position from m";

  private final boolean postgres;
  private final boolean inOne;

  Sending(Database.Product product, boolean inOne) {
    postgres = product == Database.Product.POSTGRESQL;
    this.inOne = inOne && postgres;
  }

  void send(Session session, Item item, long now) throws SQLException {
    boolean scheduled = item.delayMicros() > 0;
    long availableAt = now + item.delayMicros();
    long rank = scheduled ? availableAt : now - item.priority() * Rows.AGEING;
    String state = item.key() != null ? "UNLINKED" : scheduled ? "SCHEDULED" : "READY";
    if (inOne) {
      session.number(
          IN_ONE,
          item.id(),
          now,
          item.body(),
          item.priority(),
          availableAt,
          state,
          rank,
          item.key());
      return;
    }
    long position =
        session.number(
            postgres
                ? "select nextval('wb_position_seq')"
                : "select next value for wb_position_seq");
    session.update(
        MESSAGE.formatted("?"),
        position,
        item.id(),
        now,
        item.body(),
        item.priority(),
        availableAt);
    session.update(
        DELIVERIES.formatted("wb_message") + " where m.position = ?",
        state,
        rank,
        item.key(),
        position);
  }
}
