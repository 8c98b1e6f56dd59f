package dev.waybill.core.store;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.QueueDirectory;
import dev.waybill.core.model.GroupName;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.QueueSettings;
import dev.waybill.core.model.RetryVerdict;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.entity.ConsumerGroup;
import dev.waybill.core.store.entity.QueueDefinition;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.SqlFailure;
import dev.waybill.core.store.sql.Transactions;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The queues and groups, remembered for a few seconds. */
final class QueueCatalog implements QueueDirectory {

  private static final Duration FRESH = Duration.ofSeconds(5);
  private static final Duration SHORTEST_WINDOW = Duration.ofSeconds(1);
  private static final Duration LONGEST_WINDOW = Duration.ofDays(365);

  private final Transactions transactions;
  private final Detached detached;
  private final StoreClock clock;
  private final StoreOptions options;
  private final Map<QueueName, Entry> entries = new ConcurrentHashMap<>();

  QueueCatalog(
      Transactions transactions, Detached detached, StoreClock clock, StoreOptions options) {
    this.transactions = transactions;
    this.detached = detached;
    this.clock = clock;
    this.options = options;
  }

  /** A queue as it was read. */
  record Entry(long id, QueueSettings settings, Map<String, Long> groups, Instant readAt) {}

  @Override
  public QueueSettings require(QueueName name) {
    return entry(name).settings();
  }

  /** The key of a queue, which is created if it is not there. */
  long id(QueueName name) {
    Entry known = entries.get(name);
    return known != null ? known.id() : entry(name).id();
  }

  private Entry entry(QueueName name) {
    Entry known = entries.get(name);
    if (known != null && clock.now().isBefore(known.readAt().plus(FRESH))) {
      return known;
    }
    Entry entry =
        detached.call(
            () -> {
              Optional<Entry> found = read(name);
              if (found.isPresent()) {
                return found.get();
              }
              if (!options.autoCreateQueues()) {
                throw new QueueException(
                    Kind.INVALID,
                    "There is no queue \""
                        + name
                        + "\", and autoCreateQueues is false. Create the queue, correct the name,"
                        + " or set autoCreateQueues=true.");
              }
              return create(new QueueSettings(name, Duration.ZERO));
            });
    entries.put(name, entry);
    return entry;
  }

  @Override
  public void configure(QueueSettings settings) {
    Duration delay = settings.defaultDelay();
    if (delay.isNegative() || delay.compareTo(options.maxDelay()) > 0) {
      throw new QueueException(
          Kind.INVALID,
          "The default delay of queue \""
              + settings.name()
              + "\" is "
              + delay
              + "; it must be 0s to maxDelay ("
              + options.maxDelay()
              + "). Choose a delay in that range, or raise maxDelay.");
    }
    checkWindow(settings);
    entries.put(
        settings.name(),
        detached.call(
            () -> {
              if (read(settings.name()).isEmpty()) {
                create(settings);
              }
              transactions.repeatable(
                  "configure queue " + settings.name(),
                  sql -> {
                    find(sql, settings.name())
                        .ifPresent(
                            queue ->
                                queue.configure(
                                    Micros.of(delay),
                                    microsOrNull(settings.deduplicationWindow())));
                    return null;
                  });
              transactions.awaitDurable();
              return read(settings.name()).orElseThrow();
            }));
  }

  private static void checkWindow(QueueSettings settings) {
    Duration window = settings.deduplicationWindow();
    if (window != null
        && (window.compareTo(SHORTEST_WINDOW) < 0 || window.compareTo(LONGEST_WINDOW) > 0)) {
      throw new QueueException(
          Kind.INVALID,
          "The deduplication window of queue \""
              + settings.name()
              + "\" is "
              + window
              + "; it must be 1s to 365d. Choose a window in that range, or leave it out for the"
              + " adapter's deduplicationWindow.");
    }
  }

  private static Long microsOrNull(Duration duration) {
    return duration == null ? null : Micros.of(duration);
  }

  /** The key of a group; it is created, owing all messages that are kept, if it is not there. */
  long groupId(QueueName queue, String group) {
    Long known = entry(queue).groups().get(group);
    if (known != null) {
      return known;
    }
    return detached.call(
        () -> {
          createGroup(queue, group);
          Entry fresh = read(queue).orElseThrow();
          entries.put(queue, fresh);
          return fresh.groups().get(group);
        });
  }

  /**
   * What a verdict comes to here: a dead-letter queue that may not be created leaves the message
   * dead. To be asked before a transaction begins: the queue is created in a commit of its own.
   */
  RetryVerdict reachable(Lease lease, RetryVerdict verdict) {
    if (verdict instanceof RetryVerdict.ToDeadLetterQueue dead) {
      try {
        id(dead.queue());
      } catch (QueueException e) {
        if (e.kind() != Kind.INVALID) {
          throw e;
        }
        StoreLog.deadLetterQueueMissing(lease, e.getMessage());
        return new RetryVerdict.Dead();
      }
    }
    return verdict;
  }

  private Optional<Entry> read(QueueName name) {
    return transactions.repeatable(
        "look up queue " + name, sql -> find(sql, name).map(queue -> toEntry(sql, name, queue)));
  }

  private Entry toEntry(Sql sql, QueueName name, QueueDefinition queue) {
    Map<String, Long> groups = new HashMap<>();
    sql.entities()
        .createQuery("select g from ConsumerGroup g where g.queueId = :queue", ConsumerGroup.class)
        .setParameter("queue", queue.id())
        .getResultList()
        .forEach(group -> groups.put(group.name(), group.id()));
    return new Entry(
        queue.id(),
        new QueueSettings(
            name,
            Micros.toDuration(queue.defaultDelayMicros()),
            queue.deduplicationWindowMicros().map(Micros::toDuration).orElse(null)),
        groups,
        clock.now());
  }

  private static Optional<QueueDefinition> find(Sql sql, QueueName name) {
    return sql.entities()
        .createQuery("select q from QueueDefinition q where q.name = :name", QueueDefinition.class)
        .setParameter("name", name.toString())
        .getResultStream()
        .findFirst();
  }

  private Entry create(QueueSettings settings) {
    unlessThere(
        "create queue " + settings.name(),
        sql -> {
          long now = Micros.of(clock.now());
          QueueDefinition queue =
              new QueueDefinition(
                  settings.name().toString(),
                  Micros.of(settings.defaultDelay()),
                  microsOrNull(settings.deduplicationWindow()),
                  now);
          sql.entities().persist(queue);
          sql.entities().flush();
          sql.entities().persist(new ConsumerGroup(queue.id(), GroupName.DEFAULT, now));
        });
    return read(settings.name()).orElseThrow();
  }

  private void createGroup(QueueName name, String group) {
    unlessThere(
        "create group " + group + " of queue " + name,
        sql -> {
          QueueDefinition queue = find(sql, name).orElseThrow();
          sql.entities().lock(queue, LockModeType.PESSIMISTIC_WRITE);
          long now = Micros.of(clock.now());
          ConsumerGroup created = new ConsumerGroup(queue.id(), group, now);
          sql.entities().persist(created);
          sql.entities().flush();
          long ageing = Micros.of(options.priorityAgeing());
          sql.update(
              Statements.FAN_OUT_GROUP,
              Sql.arguments(
                  List.of(now, now, now, now, now, ageing), List.<Object>of(created.id())));
          KeyNews.owedTo(sql, created.id());
        });
  }

  /** Two nodes may create the same at the same time: the second finds it there. */
  private void unlessThere(String what, java.util.function.Consumer<Sql> creation) {
    try {
      transactions.repeatable(
          what,
          sql -> {
            creation.accept(sql);
            return null;
          });
    } catch (QueueException e) {
      if (transactions.failure(e) != SqlFailure.DUPLICATE) {
        throw e;
      }
    }
    transactions.awaitDurable();
  }
}
