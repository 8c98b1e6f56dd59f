package dev.waybill.core.store;

import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The line of one ordering key in one group, in one transaction of ours under the lock of the key's
 * row. Lines of different groups have nothing to do with each other.
 *
 * <p>There is a row for the key as long as it has a head: the only delivery of the key that may be
 * claimed, retried or in doubt. It changes only here, once the news are committed that it is
 * settled for good, which nothing undoes: so there are never two. All others are BLOCKED, and each
 * has either news or a place in the line: so none is forgotten.
 */
final class KeyLine {

  /** More of one key are put in line by the next transaction. */
  static final int AT_ONCE = 100;

  private static final long NOBODY = -1;
  private static final long FIRST_PLACE = 1;

  private static final String LOCK =
      "select head, next_place from wb_ordering_key where group_id = ? and ordering_key = ?"
          + " for update skip locked";
  private static final String FIND =
      "select head from wb_ordering_key where group_id = ? and ordering_key = ?";
  private static final String INSERT =
      "insert into wb_ordering_key (head, next_place, group_id, ordering_key) values (?, ?, ?, ?)";
  private static final String UPDATE =
      "update wb_ordering_key set head = ?, next_place = ? where group_id = ? and ordering_key = ?";
  private static final String DELETE =
      "delete from wb_ordering_key where group_id = ? and ordering_key = ?";
  // Limited before the join, so that no plan, however old, begins with the deliveries.
  private static final String NEWS =
      "select n.position, n.settled, d.available_at, d.priority from (select position, group_id,"
          + " settled from wb_key_news where group_id = ? and ordering_key = ?"
          + " order by group_id, ordering_key, position limit ?) n left join wb_delivery d"
          + " on d.position = n.position and d.group_id = n.group_id and d.state = 'BLOCKED'"
          + " order by n.position";
  // One by one, by the whole primary key: on MariaDB a search would wait for rows of open
  // transactions that it passes.
  private static final String DELETE_NEWS =
      "delete from wb_key_news where position = ? and group_id = ?";
  private static final String NEXT =
      "select l.place, l.position, d.available_at, d.priority from (select group_id, place, position"
          + " from wb_key_line where group_id = ? and ordering_key = ?"
          + " order by group_id, ordering_key, place limit 1) l left join wb_delivery d"
          + " on d.position = l.position and d.group_id = l.group_id and d.state = 'BLOCKED'";
  private static final String DELETE_PLACE =
      "delete from wb_key_line where group_id = ? and ordering_key = ? and place = ?";
  private static final String APPEND =
      "insert into wb_key_line (group_id, ordering_key, place, position) values ";
  private static final String UNBLOCK =
      "update wb_delivery set state = case when available_at <= ? then 'READY' else 'SCHEDULED' end,"
          + " claim_rank = case when available_at <= ?"
          + " then available_at - priority * cast(? as decimal(19)) else available_at end"
          + " where position = ? and group_id = ? and state = 'BLOCKED'";

  private final Sql sql;
  private final Key key;
  private final long now;
  private final long ageingMicros;

  KeyLine(Sql sql, Key key, long now, long ageingMicros) {
    this.sql = sql;
    this.key = key;
    this.now = now;
    this.ageingMicros = ageingMicros;
  }

  /** A key in a group. The order is that in which their rows are locked. */
  record Key(long groupId, String text) implements Comparable<Key> {

    @Override
    public int compareTo(Key other) {
      int groups = Long.compare(groupId, other.groupId);
      return groups != 0 ? groups : text.compareTo(other.text);
    }
  }

  /**
   * What became of a line.
   *
   * @param head its new head; empty if it has none, or the one it had
   * @param busy whether somebody else is putting it in order
   * @param more whether there is more to do
   */
  record Ordered(Optional<Waiting> head, boolean busy, boolean more) {

    static final Ordered BUSY = new Ordered(Optional.empty(), true, true);
  }

  /** A delivery that may become the head. */
  record Waiting(long position, long availableAt, int priority) {}

  /** Takes in the news, and lets the next go first if there is no head any more. */
  Ordered order() {
    Optional<Row> row = sql.selectOne(LOCK, key.groupId(), key.text());
    if (row.isEmpty()) {
      if (sql.selectOne(FIND, key.groupId(), key.text()).isPresent()) {
        return Ordered.BUSY;
      }
      // The row is the lock: before it is ours, news may be of a head that somebody else has made.
      sql.update(INSERT, NOBODY, FIRST_PLACE, key.groupId(), key.text());
    }
    long head = row.map(found -> found.number(0)).orElse(NOBODY);
    long place = row.map(found -> found.number(1)).orElse(FIRST_PLACE);
    boolean free = head == NOBODY;
    // Read under the lock, by one snapshot: whatever was committed before one of them was sent is
    // among them, or in the line already.
    List<Row> news = sql.select(NEWS, key.groupId(), key.text(), AT_ONCE);
    List<Waiting> arrivals = new ArrayList<>();
    for (Row each : news) {
      sql.update(DELETE_NEWS, each.number(0), key.groupId());
      if (each.flag(1)) {
        free |= each.number(0) == head;
      } else if (!each.isNull(2)) {
        arrivals.add(new Waiting(each.number(0), each.number(2), each.count(3)));
      }
    }
    Optional<Waiting> next = free ? next(arrivals, place) : Optional.empty();
    append(arrivals, place);
    if (free && next.isEmpty()) {
      sql.update(DELETE, key.groupId(), key.text());
    } else if (free || !arrivals.isEmpty()) {
      long first = next.map(Waiting::position).orElse(head);
      sql.update(UPDATE, first, place + arrivals.size(), key.groupId(), key.text());
    }
    return new Ordered(next, false, news.size() == AT_ONCE);
  }

  /** Unblocks who has waited longest, or the first to arrive, who then is no arrival any more. */
  private Optional<Waiting> next(List<Waiting> arrivals, long place) {
    // Nobody ever stood behind the head if the first place is still free.
    Optional<Waiting> next = place == FIRST_PLACE ? Optional.empty() : nextInLine();
    while (next.isEmpty() && !arrivals.isEmpty()) {
      next = Optional.of(arrivals.remove(0)).filter(this::unblock);
    }
    return next;
  }

  private Optional<Waiting> nextInLine() {
    while (true) {
      Optional<Row> first = sql.selectOne(NEXT, key.groupId(), key.text());
      if (first.isEmpty()) {
        return Optional.empty();
      }
      sql.update(DELETE_PLACE, key.groupId(), key.text(), first.get().number(0));
      if (first.get().isNull(2)) {
        continue; // its delivery is gone
      }
      Waiting next =
          new Waiting(first.get().number(1), first.get().number(2), first.get().count(3));
      if (unblock(next)) {
        return Optional.of(next);
      }
    }
  }

  /** Whether it was still there. */
  private boolean unblock(Waiting first) {
    return sql.update(UNBLOCK, now, now, ageingMicros, first.position(), key.groupId()) == 1;
  }

  private void append(List<Waiting> arrivals, long place) {
    if (arrivals.isEmpty()) {
      return;
    }
    List<Object> arguments = new ArrayList<>();
    for (int i = 0; i < arrivals.size(); i++) {
      Collections.addAll(
          arguments, key.groupId(), key.text(), place + i, arrivals.get(i).position());
    }
    sql.update(
        APPEND + String.join(", ", Collections.nCopies(arrivals.size(), "(?, ?, ?, ?)")),
        arguments.toArray());
  }
}
