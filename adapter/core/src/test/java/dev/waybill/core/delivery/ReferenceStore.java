package dev.waybill.core.delivery;

import static dev.waybill.core.model.DeliveryState.IN_DOUBT;
import static dev.waybill.core.model.DeliveryState.LEASED;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.branch.BranchStore;
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.QueueDirectory;
import dev.waybill.core.branch.Released;
import dev.waybill.core.branch.SentId;
import dev.waybill.core.branch.StreamStore;
import dev.waybill.core.delivery.ReferenceRows.Row;
import dev.waybill.core.model.MessageData;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.QueueSettings;
import dev.waybill.core.model.StateMachine.Event;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.Answers;
import dev.waybill.core.store.Horizon;
import dev.waybill.core.store.LeaseStore;
import dev.waybill.core.store.Notifications;
import dev.waybill.core.store.QueueStore;
import dev.waybill.core.store.Upkeep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A store in memory: simple enough to be believed, and the measure of the others. */
final class ReferenceStore implements QueueStore, BranchStore, QueueDirectory, Upkeep {

  private static final class Prepared {
    BranchState state = BranchState.PREPARED;
    final Map<MessageData, Instant> messages = new LinkedHashMap<>();
    final Map<Row, Operation.Settlement> plans = new LinkedHashMap<>();
    List<Operation> operations = List.of();
    Instant committedAt;
  }

  private final ReferenceRows rows;
  private final ReferenceLeases leases;
  private final ReferenceIds ids;
  private final ReferenceStreams streams;
  private final Map<BranchId, Prepared> branches = new LinkedHashMap<>();
  private final Map<QueueName, QueueSettings> queues = new HashMap<>();

  ReferenceStore(StoreClock clock) {
    rows = new ReferenceRows(clock);
    leases = new ReferenceLeases(rows);
    ids = new ReferenceIds(clock);
    streams = new ReferenceStreams(rows);
  }

  ReferenceRows rows() {
    return rows;
  }

  @Override
  public StreamStore streams() {
    return streams;
  }

  @Override
  public BranchStore branches() {
    return this;
  }

  @Override
  public LeaseStore leases() {
    return leases;
  }

  @Override
  public QueueDirectory queues() {
    return this;
  }

  @Override
  public Answers answers() {
    return new NoAnswers();
  }

  @Override
  public Upkeep upkeep() {
    return this;
  }

  @Override
  public StoreClock clock() {
    return rows.clock;
  }

  @Override
  public String description() {
    return "memory";
  }

  @Override
  public Optional<Notifications> notifications() {
    return Optional.empty();
  }

  @Override
  public void beat() {}

  @Override
  public void close() {}

  private void fence(List<Operation> operations) {
    ids.requireFree(operations);
    streams.requireNext(operations);
    streams.requireUnmarked(operations);
    List<Row> fenced = new ArrayList<>();
    for (Operation operation : operations) {
      if (operation instanceof Operation.Settlement settlement) {
        Row row =
            rows.holding(settlement.lease())
                .orElseThrow(() -> new LeaseLostException(settlement.lease()));
        if (fenced.contains(row)) {
          throw new LeaseLostException(settlement.lease());
        }
        fenced.add(row);
      }
    }
  }

  @Override
  public void commitLocal(List<Operation> operations) {
    synchronized (rows) {
      fence(operations);
      ids.take(operations, null);
      streams.advance(operations, null);
      streams.mark(operations);
      for (Operation operation : operations) {
        if (operation instanceof Operation.Enqueue enqueue) {
          rows.begin(rows.place(enqueue.message()), enqueue.message().availableAt());
        }
      }
      for (Operation operation : operations) {
        if (operation instanceof Operation.Settlement settlement) {
          Row row = rows.holding(settlement.lease()).orElseThrow();
          rows.settle(row, event(settlement), settlement);
        }
      }
    }
  }

  private static Event event(Operation.Settlement settlement) {
    if (settlement instanceof Operation.Complete) {
      return Event.COMPLETED;
    }
    return settlement instanceof Operation.Retry ? Event.RETRIED : Event.REJECTED;
  }

  @Override
  public void writeJoined(List<Operation> operations) {
    throw new UnsupportedOperationException("There is no transaction to join");
  }

  @Override
  public boolean markJoined(Operation.Mark mark) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isMarked(Operation.Mark mark) {
    synchronized (rows) {
      return streams.isMarked(mark);
    }
  }

  @Override
  public void probeJoined() {
    throw new UnsupportedOperationException("There is no transaction to join");
  }

  @Override
  public Map<SentId, UUID> firstSends(Collection<SentId> sent) {
    synchronized (rows) {
      return ids.first(sent);
    }
  }

  @Override
  public void afterJoinedCommit(List<? extends Operation> settled) {}

  @Override
  public void commitOnePhase(BranchId id, List<Operation> operations) {
    synchronized (rows) {
      if (branches.containsKey(id)) {
        finish(id);
        return;
      }
      commitLocal(operations);
      Prepared done = new Prepared();
      done.state = BranchState.COMMITTED;
      branches.put(id, done);
    }
  }

  private void finish(BranchId id) {
    switch (commitPrepared(id)) {
      case PREPARED, COMMITTED_UNRELEASED -> release(id);
      case COMMITTED, HEURISTICALLY_COMMITTED -> {}
      default -> throw decided(id);
    }
  }

  private QueueException decided(BranchId id) {
    return new QueueException(QueueException.Kind.CONFLICT, id + " is " + state(id));
  }

  @Override
  public void prepare(BranchId id, List<Operation> operations) {
    synchronized (rows) {
      fence(operations);
      if (branches.containsKey(id)) {
        throw decided(id);
      }
      Prepared branch = new Prepared();
      branch.operations = operations;
      ids.take(operations, id);
      streams.advance(operations, id);
      for (Operation operation : operations) {
        if (operation instanceof Operation.Enqueue enqueue) {
          branch.messages.put(rows.place(enqueue.message()), enqueue.message().availableAt());
        } else if (operation instanceof Operation.Settlement settlement) {
          Row row = rows.holding(settlement.lease()).orElseThrow();
          branch.plans.put(row, settlement);
          rows.move(row, Event.PREPARED, IN_DOUBT);
        }
      }
      branches.put(id, branch);
    }
  }

  @Override
  public BranchState commitPrepared(BranchId id) {
    synchronized (rows) {
      BranchState found = state(id);
      if (found == BranchState.PREPARED) {
        Prepared branch = branches.get(id);
        branch.plans.forEach((row, plan) -> rows.settle(row, Event.COMMITTED, plan));
        ids.committed(id);
        streams.committed(id);
        streams.mark(branch.operations);
        branch.committedAt = rows.clock.now();
        branch.state =
            branch.messages.isEmpty() ? BranchState.COMMITTED : BranchState.COMMITTED_UNRELEASED;
      }
      return found;
    }
  }

  @Override
  public BranchState rollbackPrepared(BranchId id) {
    synchronized (rows) {
      BranchState found = state(id);
      if (found == BranchState.PREPARED) {
        Prepared branch = branches.get(id);
        branch.plans.keySet().forEach(row -> rows.move(row, Event.ROLLED_BACK, LEASED));
        ids.rolledBack(id);
        streams.over(id);
        branch.state = BranchState.ROLLED_BACK;
      }
      return found;
    }
  }

  @Override
  public BranchState abortUnlessDecided(BranchId id) {
    synchronized (rows) {
      if (!branches.containsKey(id)) {
        Prepared aborted = new Prepared();
        aborted.state = BranchState.ABORTED;
        branches.put(id, aborted);
      }
      return state(id);
    }
  }

  @Override
  public BranchState state(BranchId id) {
    synchronized (rows) {
      return Optional.ofNullable(branches.get(id))
          .map(branch -> branch.state)
          .orElse(BranchState.UNKNOWN);
    }
  }

  @Override
  public List<BranchId> inDoubt(Set<BranchId> alsoOwn) {
    synchronized (rows) {
      return branches.keySet().stream().filter(id -> state(id) == BranchState.PREPARED).toList();
    }
  }

  /** No history holds branches. */
  @Override
  public List<BranchId> leftBehind() {
    return List.of();
  }

  @Override
  public void hold(Collection<BranchId> ids) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void forget(BranchId id) {}

  @Override
  public Released release(BranchId id) {
    synchronized (rows) {
      Set<QueueName> released = new LinkedHashSet<>();
      boolean keyed = false;
      if (state(id) == BranchState.COMMITTED_UNRELEASED) {
        Prepared branch = branches.get(id);
        branch.messages.forEach(
            (message, availableAt) -> {
              rows.begin(message, availableAt);
              released.add(message.queue());
            });
        keyed = branch.messages.keySet().stream().anyMatch(each -> each.lineKey() != null);
        streams.over(id);
        branch.state = BranchState.COMMITTED;
      }
      return new Released(released, keyed);
    }
  }

  @Override
  public List<BranchId> unreleased(Instant committedBefore, int limit) {
    synchronized (rows) {
      return branches.entrySet().stream()
          .filter(each -> each.getValue().state == BranchState.COMMITTED_UNRELEASED)
          .filter(each -> each.getValue().committedAt.isBefore(committedBefore))
          .map(Map.Entry::getKey)
          .limit(limit)
          .toList();
    }
  }

  @Override
  public Lined lineUp(int limit) {
    synchronized (rows) {
      return rows.lineUp();
    }
  }

  @Override
  public boolean takePruning(Duration interval) {
    return true;
  }

  @Override
  public int prune(Retention retention, int limit) {
    synchronized (rows) {
      ids.prune();
    }
    return 0;
  }

  @Override
  public QueueSettings require(QueueName name) {
    synchronized (rows) {
      return queues.computeIfAbsent(name, any -> new QueueSettings(any, Duration.ZERO));
    }
  }

  @Override
  public void configure(QueueSettings settings) {
    synchronized (rows) {
      queues.put(settings.name(), settings);
    }
  }

  @Override
  public List<Horizon> horizon() {
    return List.of();
  }

  @Override
  public void refreshStatistics() {}

  @Override
  public void watchHorizon() {}
}
