package dev.waybill.itests.benchmark.form;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * Ordering keys: deliveries are written unlinked; a transaction of ours, under the locks of the
 * keys' rows, puts them in line and makes the head of each line ready.
 */
final class Keys {

  private static final String LINK_ALL =
      "update wb_delivery d set state = 'BLOCKED', link = n.link from"
          + " (select position, nextval('wb_position_seq') as link from (select position from"
          + " wb_delivery where group_id = 1 and key_id = any (?) and link is null"
          + " order by position) o) n where d.group_id = 1 and d.position = n.position";
  private static final String PROMOTE_ALL =
      "update wb_delivery d set state = 'READY', claim_rank = ? - d.priority * 60000000::bigint"
          + " from unnest(?::bigint[]) k cross join lateral (select position, state"
          + " from wb_delivery b where b.group_id = 1 and b.key_id = k and b.link is not null"
          + " order by b.link limit 1) h"
          + " where h.state = 'BLOCKED' and d.group_id = 1 and d.position = h.position"
          + " returning d.claim_rank";

  /** A key in whose line something has changed. */
  record Change(long key, boolean sent) {}

  private final boolean postgres;

  Keys(Database.Product product) {
    postgres = product == Database.Product.POSTGRESQL;
  }

  /**
   * Puts in line what was sent, and makes heads ready.
   *
   * @return the ranks of what has become ready
   */
  List<Long> advance(Session session, Collection<Change> changes, long now) throws SQLException {
    TreeMap<Long, Boolean> byKey = new TreeMap<>();
    changes.forEach(change -> byKey.merge(change.key(), change.sent(), Boolean::logicalOr));
    List<Long> keys = List.copyOf(byKey.keySet());
    List<Long> sent = keys.stream().filter(byKey::get).toList();
    return postgres ? advanceAll(session, keys, sent, now) : advanceEach(session, keys, sent, now);
  }

  private static List<Long> advanceAll(Session session, List<Long> keys, List<Long> sent, long now)
      throws SQLException {
    // A plan that was made and kept while the table was small would scan all of it for ever.
    session.update("set local plan_cache_mode = force_custom_plan");
    Object all = session.array(keys);
    if (!sent.isEmpty()) {
      session.update(
          "insert into wb_ordering_key (group_id, id) select 1, unnest(?::bigint[])"
              + " on conflict do nothing",
          session.array(sent));
    }
    session.select(
        "select id from wb_ordering_key where group_id = 1 and id = any (?) order by id for update",
        row -> row.getLong(1),
        all);
    if (!sent.isEmpty()) {
      session.update(LINK_ALL, session.array(sent));
    }
    return session.select(PROMOTE_ALL, row -> row.getLong(1), now, all);
  }

  private static List<Long> advanceEach(Session session, List<Long> keys, List<Long> sent, long now)
      throws SQLException {
    List<Long> ranks = new ArrayList<>();
    for (Long key : keys) {
      if (sent.contains(key)) {
        session.update(
            "merge into wb_ordering_key (group_id, id) key (group_id, id) values (1, ?)", key);
      }
      session.number(
          "select id from wb_ordering_key where group_id = 1 and id = ? for update", key);
      if (sent.contains(key)) {
        session.update(
            "update wb_delivery set state = 'BLOCKED', link = position where group_id = 1"
                + " and key_id = ? and link is null",
            key);
      }
      record Head(long position, String state, int priority) {}
      List<Head> head =
          session.select(
              "select position, state, priority from wb_delivery where group_id = 1 and key_id = ?"
                  + " and link is not null order by group_id, key_id, link limit 1",
              row -> new Head(row.getLong(1), row.getString(2), row.getInt(3)),
              key);
      if (!head.isEmpty() && head.get(0).state().equals("BLOCKED")) {
        long rank = now - head.get(0).priority() * Rows.AGEING;
        session.update(
            "update wb_delivery set state = 'READY', claim_rank = ? where group_id = 1"
                + " and position = ?",
            rank,
            head.get(0).position());
        ranks.add(rank);
      }
    }
    return ranks;
  }
}
