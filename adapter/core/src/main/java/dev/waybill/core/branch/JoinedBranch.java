package dev.waybill.core.branch;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.Operation.Mark;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.QueueName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The branch of a transaction on the application's own DataSource: operations are written at once
 * on the connection the container enlisted, so that queue and business rows commit in one local
 * transaction. It enlists nothing of ours.
 *
 * <p>A write that fails marks the transaction for rollback: it is never tried again inside it, and
 * never half applied.
 */
public final class JoinedBranch implements Branch {

  private final BranchStore store;
  private final TransactionContext transaction;
  private final BranchEvents events;
  private final Map<Object, Use> uses = new ConcurrentHashMap<>();

  /** What this branch did in one transaction, which is used by one thread at a time. */
  private static final class Use {
    private final Set<QueueName> queues = ConcurrentHashMap.newKeySet();
    private volatile boolean checked;
    private volatile boolean written;
    private final Map<SentId, NewMessage> sent = new ConcurrentHashMap<>();
    private volatile boolean keyed;
    private final List<Operation> settled = Collections.synchronizedList(new ArrayList<>());
  }

  /**
   * The joined branch of whatever transaction the calling thread is in.
   *
   * @param store where it is written
   * @param transaction the container's view of the caller's transaction
   * @param events told after each commit
   */
  public JoinedBranch(BranchStore store, TransactionContext transaction, BranchEvents events) {
    this.store = Objects.requireNonNull(store, "store");
    this.transaction = Objects.requireNonNull(transaction, "transaction");
    this.events = Objects.requireNonNull(events, "events");
  }

  /**
   * Checks, before user code runs, that the transaction's connection can carry the branch.
   *
   * @throws QueueException {@code INVALID} with the fix; the transaction is marked for rollback
   */
  public void probe() {
    inTransaction(
        () -> {
          store.probeJoined();
          use(transaction.key()).checked = true;
        });
  }

  /**
   * What was sent before is asked on a connection of the store's own first, so that an id in use
   * does not spoil the transaction (rule C14).
   */
  @Override
  public List<UUID> send(List<NewMessage> messages) {
    FirstSends first = new FirstSends(messages);
    if (!first.open().isEmpty()) {
      requireActive();
      Use use = uses.get(transaction.key());
      if (use != null) {
        use.sent.forEach((id, message) -> first.sentBefore(Map.of(id, message.id())));
      }
      first.sentBefore(store.firstSends(first.open()));
    }
    first.operations().ifPresent(operations -> write(operations, first.sent()));
    return first.ids();
  }

  /**
   * Records how far a group has come in a stream.
   *
   * @param mark how far
   * @return false, and nothing was recorded, if it had come as far before
   * @throws QueueException {@code CONFLICT} if the transaction can no longer commit; {@code
   *     UNAVAILABLE} if another transaction is recording the same, or the store is out of reach:
   *     the transaction is marked for rollback
   */
  public boolean firstTime(Mark mark) {
    requireActive();
    AtomicBoolean recorded = new AtomicBoolean();
    inTransaction(
        () -> {
          use(transaction.key()).written = true;
          recorded.set(store.markJoined(mark));
        });
    return recorded.get();
  }

  private void requireActive() {
    if (transaction.status() != TransactionContext.Status.ACTIVE) {
      throw new QueueException(
          QueueException.Kind.CONFLICT,
          "The transaction can no longer commit, so the queue takes nothing more in it. It was"
              + " marked for rollback, timed out or ended. Nothing was added to it. Roll it back, and"
              + " begin a new one.");
    }
  }

  @Override
  public void add(List<Operation> operations) {
    write(operations, Map.of());
  }

  private void write(List<Operation> operations, Map<SentId, NewMessage> sent) {
    requireActive();
    inTransaction(
        () -> {
          Use use = use(transaction.key());
          use.written = true;
          if (use.checked) {
            store.writeJoinedAgain(operations);
          } else {
            store.writeJoined(operations);
            use.checked = true;
          }
          use.queues.addAll(Queues.of(operations));
          use.keyed |= Queues.keyed(operations);
          use.sent.putAll(sent);
          operations.stream()
              .filter(Operation.Settlement.class::isInstance)
              .forEach(use.settled::add);
        });
  }

  /** What was done so far; at first what comes after the commit is arranged. */
  private Use use(Object key) {
    Use known = uses.get(key);
    if (known != null) {
      return known;
    }
    transaction.afterCompletion(committed -> completed(key, committed));
    return uses.computeIfAbsent(key, first -> new Use());
  }

  private void inTransaction(Runnable write) {
    try {
      write.run();
    } catch (RuntimeException | Error e) {
      if (transaction.status() == TransactionContext.Status.ACTIVE) {
        transaction.setRollbackOnly();
      }
      throw e;
    }
  }

  private void completed(Object key, boolean committed) {
    Use use = uses.remove(key);
    if (committed && use != null && use.written) {
      try {
        store.afterJoinedCommit(List.copyOf(use.settled));
      } finally {
        Queues.announce(use.queues, use.keyed, events);
        Queues.announceSettled(use.settled, events);
        if (!use.sent.isEmpty()) {
          store.countWindowsFromNow(use.sent.values());
        }
      }
    }
  }
}
