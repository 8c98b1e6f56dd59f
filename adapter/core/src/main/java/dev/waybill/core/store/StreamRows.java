package dev.waybill.core.store;

import dev.waybill.core.branch.BranchState;
import dev.waybill.core.branch.StreamRefusedException;
import dev.waybill.core.branch.StreamState;
import dev.waybill.core.branch.StreamState.Pending;
import dev.waybill.core.branch.StreamStore;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.StreamPlace;
import dev.waybill.core.store.sql.Dialect;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.SqlFailure;
import dev.waybill.core.store.sql.Transactions;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The streams of producers: one row each, which a send in the stream locks until its transaction
 * ends. Only senders in the same stream can meet it there, and they do not wait: a row that is
 * locked is one in use (rules C10 and C11). What of a stream is unsettled are rows of their own,
 * written with the deliveries and deleted by those who settle them.
 */
final class StreamRows implements StreamStore {

  private static final int TRIES = 3;

  private static final String LOCK =
      "select incarnation, last_sequence, branch_key from wb_stream where producer_id = ?"
          + " for update skip locked";

  private static final String INSERT =
      "insert into wb_stream (producer_id, incarnation, last_sequence, branch_count)"
          + " values (?, 1, 0, 0)";

  private static final String TAKE_OVER =
      "update wb_stream set incarnation = incarnation + 1 where producer_id = ?";

  private static final String NEXT =
      " where producer_id = ? and incarnation = ? and last_sequence = ? and branch_key is null";

  private static final String ADVANCE = "update wb_stream set last_sequence = ?" + NEXT;

  private static final String RESERVE =
      "update wb_stream set branch_key = ?, branch_count = ?" + NEXT;

  private static final String COMMITTED =
      "update wb_stream set last_sequence = last_sequence + branch_count where branch_key = ?";

  private static final String UNTIED =
      "update wb_stream set branch_key = null, branch_count = 0 where branch_key = ?";

  private static final String UNSETTLED =
      "insert into wb_unsettled (position, group_id, producer_id, number)"
          + " select d.position, d.group_id, m.producer_id, m.producer_sequence from wb_delivery d"
          + " join wb_message m on m.position = d.position where m.producer_id is not null and ";

  private static final String SETTLED =
      "delete from wb_unsettled where position = ? and group_id = ?";

  private static final String LOOK =
      "select s.producer_id, s.incarnation, s.last_sequence, s.branch_count, b.state,"
          + " (select min(u.number) from wb_unsettled u where u.producer_id = s.producer_id)%s"
          + " from wb_stream s left join wb_branch b on b.id = s.branch_key"
          + " where s.producer_id in (%s)";

  private static final String COUNT =
      ", (select count(distinct u.number) from wb_unsettled u"
          + " where u.producer_id = s.producer_id)";

  private final Transactions transactions;
  private final Dialect dialect;
  private final Detached detached;

  StreamRows(Transactions transactions, Dialect dialect, Detached detached) {
    this.transactions = transactions;
    this.dialect = dialect;
    this.detached = detached;
  }

  @Override
  public StreamState takeOver(String producerId) {
    return detached.call(
        () -> {
          StreamState state = takeOver(producerId, 1);
          transactions.awaitDurable();
          return state;
        });
  }

  private StreamState takeOver(String producerId, int tries) {
    try {
      return transactions.repeatable(
          "take over the stream of producer " + producerId, sql -> takeOver(sql, producerId));
    } catch (RuntimeException e) {
      // Two that create it: the second finds it there.
      if (transactions.failure(e) != SqlFailure.DUPLICATE || tries == TRIES) {
        throw e;
      }
      return takeOver(producerId, tries + 1);
    }
  }

  private StreamState takeOver(Sql sql, String producerId) {
    Optional<StreamState> there =
        Optional.ofNullable(look(sql, List.of(producerId), false).get(producerId));
    if (there.isEmpty()) {
      dialect.waitingBriefly(sql, () -> sql.update(INSERT, producerId));
    } else if (there.get().pending() == Pending.UNDECIDED
        || sql.selectOne(LOCK, producerId).isEmpty()) {
      throw StreamRefusedException.undecided(producerId);
    } else {
      sql.update(TAKE_OVER, producerId);
    }
    StreamState taken = look(sql, List.of(producerId), false).get(producerId);
    if (taken.pending() == Pending.UNDECIDED) {
      // Prepared between the look and the lock.
      throw StreamRefusedException.undecided(producerId);
    }
    return taken;
  }

  @Override
  public Map<String, StreamState> look(Collection<String> producerIds, boolean counting) {
    return detached.call(
        () -> transactions.repeatable("look at streams", sql -> look(sql, producerIds, counting)));
  }

  private static Map<String, StreamState> look(
      Sql sql, Collection<String> producerIds, boolean counting) {
    Map<String, StreamState> states = new HashMap<>();
    String look = LOOK.formatted(counting ? COUNT : "", Sql.marks(producerIds.size()));
    for (Row row : sql.select(look, producerIds.toArray())) {
      states.put(row.text(0), state(row, counting));
    }
    return states;
  }

  private static StreamState state(Row row, boolean counted) {
    long last = row.number(2);
    long inBranch = row.number(3);
    Pending pending =
        inBranch == 0
            ? Pending.NONE
            : BranchState.PREPARED.name().equals(row.text(4))
                ? Pending.UNDECIDED
                : Pending.UNRELEASED;
    long unreleased = pending == Pending.UNRELEASED ? inBranch : 0;
    long owed = row.optionalNumber(5).orElse(Long.MAX_VALUE);
    long acknowledged = Math.min(owed - 1, last - unreleased);
    return new StreamState(
        row.number(1),
        last,
        pending,
        acknowledged,
        counted ? row.number(6) + unreleased : last - acknowledged);
  }

  /**
   * The streams of messages go on, in the transaction that sends them.
   *
   * @param branchKey the branch that is in doubt about them; null: they go on with the commit
   */
  void advance(Sql sql, List<NewMessage> messages, String branchKey) {
    Map<String, StreamPlace> firsts = new LinkedHashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    for (NewMessage message : messages) {
      StreamPlace place = message.stream();
      if (place != null) {
        firsts.putIfAbsent(place.producerId(), place);
        counts.merge(place.producerId(), 1, Integer::sum);
      }
    }
    firsts.forEach((id, first) -> advance(sql, first, counts.get(id), branchKey));
  }

  private static void advance(Sql sql, StreamPlace first, int count, String branchKey) {
    String id = first.producerId();
    long before = first.sequence() - 1;
    Row row = sql.selectOne(LOCK, id).orElseThrow(() -> StreamRefusedException.undecided(id));
    if (row.number(0) != first.incarnation()) {
      throw StreamRefusedException.fenced(id);
    }
    if (!row.isNull(2)) {
      throw StreamRefusedException.unreleased(id);
    }
    int moved =
        branchKey == null
            ? sql.update(ADVANCE, before + count, id, first.incarnation(), before)
            : sql.update(RESERVE, branchKey, count, id, first.incarnation(), before);
    if (moved == 0) {
      throw StreamRefusedException.moved(id);
    }
  }

  /** This transaction has sent messages: groups that are there owe them. */
  static void sent(Sql sql, List<Long> positions) {
    sql.update(
        UNSETTLED + "d.position in (" + Sql.marks(positions.size()) + ")", positions.toArray());
  }

  /** The branch committed: its sequences are the stream's. */
  static void committed(Sql sql, String branchKey) {
    sql.update(COMMITTED, branchKey);
  }

  /** The branch rolled back: its sequences are free. */
  static void rolledBack(Sql sql, String branchKey) {
    sql.update(UNTIED, branchKey);
  }

  /** The messages of the branch are released: groups that are there owe them. */
  static void released(Sql sql, long first, long last, String branchKey) {
    sql.update(
        UNSETTLED + "d.position between ? and ? and m.branch_key = ?", first, last, branchKey);
    sql.update(UNTIED, branchKey);
  }

  /** A delivery is settled for good. */
  static void settled(Sql sql, Lease lease) {
    sql.update(SETTLED, lease.delivery().position(), lease.delivery().groupId());
  }
}
