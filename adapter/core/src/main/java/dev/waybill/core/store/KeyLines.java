package dev.waybill.core.store;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.KeyLine.Key;
import dev.waybill.core.store.KeyLine.Ordered;
import dev.waybill.core.store.KeyLine.Waiting;
import dev.waybill.core.store.Upkeep.Lined;
import dev.waybill.core.store.sql.Dialect;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.SqlFailure;
import dev.waybill.core.store.sql.Transactions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Puts the deliveries of ordering keys in order, off the transactions that send and settle them
 * (rule C10): in short transactions of some keys each, of which none waits for a key that another
 * node is working on. Thread-safe.
 */
final class KeyLines {

  private static final int KEYS_AT_ONCE = 20;

  private static final String NEWS =
      "select position, group_id, ordering_key from wb_key_news where position > ?"
          + " order by position, group_id limit ?";
  private static final String QUEUE =
      "select q.name from wb_group g join wb_queue q on q.id = g.queue_id where g.id = ?";

  private final Transactions transactions;
  private final Dialect dialect;
  private final ClaimScan scan;
  private final StoreClock clock;
  private final long ageingMicros;
  private final Map<Long, Optional<QueueName>> queues = new ConcurrentHashMap<>();
  private final AtomicLong lookedUpTo = new AtomicLong(Long.MIN_VALUE);

  KeyLines(
      Transactions transactions,
      Dialect dialect,
      ClaimScan scan,
      StoreClock clock,
      long ageingMicros) {
    this.transactions = transactions;
    this.dialect = dialect;
    this.scan = scan;
    this.clock = clock;
    this.ageingMicros = ageingMicros;
  }

  /** See {@link Upkeep#lineUp}: goes through the news page by page, round and round. */
  Lined lineUp(int limit) {
    long from = lookedUpTo.get();
    List<Row> news =
        transactions.repeatable(
            "look for news of ordering keys", sql -> sql.select(NEWS, from, limit));
    boolean full = news.size() == limit;
    lookedUpTo.set(full ? news.get(limit - 1).number(0) : Long.MIN_VALUE);
    Set<Key> found = new TreeSet<>();
    news.forEach(row -> found.add(new Key(row.number(1), row.text(2))));
    Round round = new Round();
    List<Key> keys = List.copyOf(found);
    for (int i = 0; i < keys.size(); i += KEYS_AT_ONCE) {
      round.order(keys.subList(i, Math.min(i + KEYS_AT_ONCE, keys.size())));
    }
    return round.result(full || from != Long.MIN_VALUE);
  }

  private final class Round {

    private final Set<QueueName> available = new HashSet<>();
    private int keys;
    private boolean more;
    private RuntimeException failure;

    /** Several keys share a commit; if one of them makes it fail, each gets its own. */
    void order(List<Key> some) {
      try {
        take(some, transactions.repeatable("order keys", sql -> orderAll(sql, some)));
      } catch (RuntimeException e) {
        if (some.size() > 1) {
          some.forEach(key -> order(List.of(key)));
        } else if (e instanceof TakenException) {
          more = true;
        } else {
          failure = e;
        }
      }
    }

    private Map<Key, Ordered> orderAll(Sql sql, List<Key> some) {
      transactions.boundIdleness(sql);
      long now = Micros.of(clock.now());
      return dialect.waitingBriefly(
          sql,
          () -> {
            Map<Key, Ordered> ordered = new TreeMap<>();
            some.forEach(key -> ordered.put(key, order(sql, key, now)));
            return ordered;
          });
    }

    /**
     * Only a row that another node has begun to insert is waited for, and not for long: that node
     * may hang.
     */
    private Ordered order(Sql sql, Key key, long now) {
      try {
        return new KeyLine(sql, key, now, ageingMicros).order();
      } catch (RuntimeException e) {
        SqlFailure failure = transactions.failure(e);
        if (failure == SqlFailure.CONTENTION || failure == SqlFailure.DUPLICATE) {
          throw new TakenException(key, e);
        }
        throw e;
      }
    }

    private void take(List<Key> some, Map<Key, Ordered> ordered) {
      for (Key key : some) {
        Ordered line = ordered.get(key);
        more |= line.more();
        keys += line.busy() ? 0 : 1;
        if (line.head().isPresent()) {
          Waiting head = line.head().get();
          scan.availableAt(key.groupId(), Micros.toInstant(head.availableAt()), head.priority());
          queueOf(key.groupId()).ifPresent(available::add);
        }
      }
    }

    Lined result(boolean pagesLeft) {
      if (failure != null && keys == 0) {
        throw failure;
      }
      return new Lined(Set.copyOf(available), keys, more || pagesLeft || failure != null);
    }
  }

  private Optional<QueueName> queueOf(long groupId) {
    return queues.computeIfAbsent(
        groupId,
        id ->
            transactions.repeatable(
                "look up the queue of group " + id,
                sql -> sql.selectOne(QUEUE, id).map(row -> QueueName.parse(row.text(0)))));
  }

  /** Another node is giving a key its row, or has. */
  private static final class TakenException extends QueueException {

    private static final long serialVersionUID = 1L;

    TakenException(Key key, Throwable cause) {
      super(Kind.UNAVAILABLE, "Another node is putting " + key + " in order.", cause);
    }
  }
}
