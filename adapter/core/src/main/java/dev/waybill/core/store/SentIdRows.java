package dev.waybill.core.store;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.IdTakenException;
import dev.waybill.core.branch.SentId;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.sql.Dialect;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.SqlFailure;
import dev.waybill.core.store.sql.TakenId;
import dev.waybill.core.store.sql.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The deduplication ids that queues remember: one row each, its key unique, written by the
 * transaction that sends the message. That key alone decides between two senders (rule C11).
 */
final class SentIdRows {

  private static final int TRIES = 3;

  /** A commit that comes later than that after the send moves the end of the window. */
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private static final String FIND =
      "select message_id, expires_at, branch_key from wb_deduplication"
          + " where queue_id = ? and deduplication_id = ?";

  private static final String COMMIT =
      "update wb_deduplication set expires_at = cast(? as decimal(19)) + kept_for,"
          + " branch_key = null where branch_key = ?";

  private static final String FREE = "delete from wb_deduplication where branch_key = ?";

  private static final String COUNT_FROM =
      "update wb_deduplication set expires_at = cast(? as decimal(19)) + kept_for"
          + " where queue_id = ? and deduplication_id = ? and message_id = ?"
          + " and branch_key is null";

  private static final String EXPIRED =
      "select queue_id, deduplication_id from wb_deduplication where branch_key is null"
          + " and expires_at <= ? order by branch_key, expires_at limit ?";

  private static final String LOCK_EXPIRED =
      "select deduplication_id from wb_deduplication where branch_key is null and expires_at <= ?"
          + " and queue_id = ? and deduplication_id in (%s) for update skip locked";

  private static final String DELETE =
      "delete from wb_deduplication where queue_id = ? and deduplication_id in (%s)";

  private final Transactions transactions;
  private final Dialect dialect;
  private final QueueCatalog catalog;
  private final Detached detached;
  private final StoreClock clock;

  SentIdRows(
      Transactions transactions,
      Dialect dialect,
      QueueCatalog catalog,
      Detached detached,
      StoreClock clock) {
    this.transactions = transactions;
    this.dialect = dialect;
    this.catalog = catalog;
    this.detached = detached;
    this.clock = clock;
  }

  /**
   * Takes the ids of messages, in the transaction that sends them. Statements that are refused by
   * nobody: only a wait that becomes too long fails.
   *
   * @param branchKey the branch that is in doubt about them; null: they are taken with the commit
   */
  void take(Sql sql, List<NewMessage> messages, String branchKey, Instant now) {
    Map<SentId, TakenId> taken = new HashMap<>();
    for (NewMessage message : messages) {
      if (message.deduplication() != null) {
        Duration window = message.deduplication().window();
        taken.put(
            SentId.of(message),
            new TakenId(
                catalog.id(message.queue()),
                message.deduplication().id(),
                message.id(),
                Micros.of(now.plus(window)),
                Micros.of(window),
                branchKey));
      }
    }
    if (!taken.isEmpty()) {
      takeAll(sql, taken, Micros.of(now));
    }
  }

  private void takeAll(Sql sql, Map<SentId, TakenId> taken, long now) {
    dialect.waitingBriefly(
        sql,
        () -> {
          taken.keySet().stream()
              .sorted(SentId.ORDER)
              .forEach(id -> take(sql, id, taken.get(id), now));
          return null;
        });
  }

  private void take(Sql sql, SentId id, TakenId row, long now) {
    boolean taken;
    try {
      taken = dialect.takeId(sql, row, now);
    } catch (RuntimeException e) {
      SqlFailure failure = transactions.failure(e);
      if (failure == SqlFailure.CONTENTION) {
        throw id.undecided(e);
      }
      if (failure != SqlFailure.DUPLICATE) {
        throw e;
      }
      taken = false;
    }
    if (!taken) {
      throw new IdTakenException(id);
    }
  }

  /**
   * The messages that were committed with ids. What nobody has is taken and given back: only so an
   * id that another transaction has written, and not committed, is met.
   */
  Map<SentId, UUID> first(Collection<SentId> ids) {
    for (int tries = 1; ; tries++) {
      try {
        return ids.isEmpty() ? Map.of() : detached.call(() -> look(ids));
      } catch (IdTakenException e) {
        // Committed between the look and the taking: it is there to be read now.
        if (tries == TRIES) {
          throw e;
        }
      }
    }
  }

  private Map<SentId, UUID> look(Collection<SentId> ids) {
    Map<SentId, Long> queues = new HashMap<>();
    ids.forEach(id -> queues.put(id, catalog.id(id.queue())));
    Map<SentId, UUID> found = new HashMap<>();
    try {
      transactions.repeatable(
          "look for deduplication ids",
          sql -> {
            found.clear();
            long now = Micros.of(clock.now());
            Map<SentId, TakenId> free = new HashMap<>();
            for (SentId id : ids) {
              Row row = sql.selectOne(FIND, queues.get(id), id.id()).orElse(null);
              if (row != null && !row.isNull(2)) {
                throw id.undecided(null);
              }
              if (row != null && row.number(1) > now) {
                found.put(id, row.uuid(0));
              } else {
                free.put(id, new TakenId(queues.get(id), id.id(), UUID.randomUUID(), now, 0, null));
              }
            }
            if (!free.isEmpty()) {
              takeAll(sql, free, now);
              throw new GivenBack();
            }
            return null;
          });
    } catch (GivenBack e) {
      // The ids are free.
    }
    return found;
  }

  /** The branch committed: its windows begin. */
  void commit(Sql sql, String branchKey, Instant now) {
    sql.update(COMMIT, Micros.of(now), branchKey);
  }

  /** The branch rolled back: its ids are free. */
  void free(Sql sql, String branchKey) {
    sql.update(FREE, branchKey);
  }

  /** Windows of what was sent longer ago begin now. */
  void countFromNow(Collection<NewMessage> messages) {
    Instant now = clock.now();
    List<NewMessage> late =
        messages.stream()
            .filter(message -> message.timestamp().plus(AT_ONCE).isBefore(now))
            .toList();
    if (late.isEmpty()) {
      return;
    }
    try {
      detached.call(
          () ->
              transactions.repeatable(
                  "count deduplication windows from the commit",
                  sql ->
                      // Another may have taken over what expired before it was committed.
                      dialect.waitingBriefly(
                          sql,
                          () -> {
                            late.stream()
                                .sorted(Comparator.comparing(SentId::of, SentId.ORDER))
                                .forEach(message -> countFrom(sql, message, now));
                            return null;
                          })));
    } catch (RuntimeException e) {
      StoreLog.windowNotMoved(e);
    }
  }

  private void countFrom(Sql sql, NewMessage message, Instant now) {
    sql.update(
        COUNT_FROM,
        Micros.of(now),
        catalog.id(message.queue()),
        message.deduplication().id(),
        message.id());
  }

  /** Removes what has expired, passing over what a sender is taking over. */
  int prune(Sql sql, int limit) {
    long now = Micros.of(clock.now());
    List<Row> expired = sql.select(EXPIRED, now, limit);
    if (expired.isEmpty()) {
      return 0;
    }
    Map<Long, List<String>> ofQueues =
        expired.stream()
            .collect(groupingBy(row -> row.number(0), mapping(row -> row.text(1), toList())));
    int removed = 0;
    for (Map.Entry<Long, List<String>> queue : ofQueues.entrySet()) {
      removed += prune(sql, queue.getKey(), queue.getValue(), now);
    }
    return removed;
  }

  private static int prune(Sql sql, long queueId, List<String> ids, long now) {
    List<String> locked =
        sql
            .select(
                LOCK_EXPIRED.formatted(Sql.marks(ids.size())),
                Sql.arguments(List.of(now, queueId), ids))
            .stream()
            .map(row -> row.text(0))
            .toList();
    return locked.isEmpty()
        ? 0
        : sql.update(
            DELETE.formatted(Sql.marks(locked.size())), Sql.arguments(List.of(queueId), locked));
  }

  /** Rolls the taking back. */
  private static final class GivenBack extends QueueException {

    private static final long serialVersionUID = 1L;

    GivenBack() {
      super(Kind.INTERNAL, "Given back.");
    }
  }
}
