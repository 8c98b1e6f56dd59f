package dev.waybill.ra.fake;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.branch.BranchStore;
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.branch.Operation.Settlement;
import dev.waybill.core.branch.QueueDirectory;
import dev.waybill.core.branch.Released;
import dev.waybill.core.branch.SentId;
import dev.waybill.core.branch.StreamState;
import dev.waybill.core.branch.StreamStore;
import dev.waybill.core.branch.TransactionContext;
import dev.waybill.core.branch.UndecidedException;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.QueueSettings;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.Answers;
import dev.waybill.core.store.LeaseStore;
import dev.waybill.core.store.Notifications;
import dev.waybill.core.store.QueueStore;
import dev.waybill.core.store.Upkeep;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** A store in memory that says which transaction status each of its calls saw. */
public final class FakeStore implements QueueStore, BranchStore, QueueDirectory {

  /** What happens instead of the next writes. */
  public enum Fault {
    NONE,
    UNAVAILABLE,
    UNDECIDED
  }

  public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  /** Everything that committed. */
  public final List<Operation> committed = new ArrayList<>();

  public final List<String> calls = new ArrayList<>();
  public final Set<UUID> lostLeases = new HashSet<>();
  public final Map<UUID, Instant> limits = new HashMap<>();
  public Fault fault = Fault.NONE;
  public QueueException probe;

  private final TransactionContext transaction;
  private final Map<BranchId, List<Operation>> prepared = new HashMap<>();
  private final Map<BranchId, BranchState> states = new HashMap<>();

  public FakeStore(TransactionContext transaction) {
    this.transaction = transaction;
  }

  /** The settlements that committed. */
  public List<Settlement> settlements() {
    return committed.stream()
        .filter(Settlement.class::isInstance)
        .map(Settlement.class::cast)
        .toList();
  }

  /** The texts of the messages that were sent and committed. */
  public List<String> sent() {
    return committed.stream()
        .filter(Enqueue.class::isInstance)
        .map(each -> new String(((Enqueue) each).message().body(), StandardCharsets.UTF_8))
        .toList();
  }

  private void check(String call, List<Operation> operations) {
    calls.add(call + " " + transaction.status());
    for (Operation operation : operations) {
      if (operation instanceof Settlement settlement
          && lostLeases.contains(settlement.lease().token())) {
        throw new LeaseLostException(settlement.lease());
      }
    }
    if (fault == Fault.UNAVAILABLE) {
      throw new QueueException(QueueException.Kind.UNAVAILABLE, "the store is out of reach");
    }
    if (fault == Fault.UNDECIDED) {
      throw new UndecidedException("no answer", null);
    }
  }

  @Override
  public void commitLocal(List<Operation> operations) {
    check("commitLocal", operations);
    committed.addAll(operations);
  }

  @Override
  public void writeJoined(List<Operation> operations) {
    check("writeJoined", operations);
    transaction.afterCompletion(
        done -> {
          if (done) {
            committed.addAll(operations);
          }
        });
  }

  @Override
  public boolean markJoined(Operation.Mark mark) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isMarked(Operation.Mark mark) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void probeJoined() {
    check("probeJoined", List.of());
    if (probe != null) {
      throw probe;
    }
  }

  @Override
  public void afterJoinedCommit(List<? extends Operation> settled) {}

  @Override
  public void commitOnePhase(BranchId id, List<Operation> operations) {
    check("commitOnePhase", operations);
    committed.addAll(operations);
  }

  @Override
  public void prepare(BranchId id, List<Operation> operations) {
    check("prepare", operations);
    prepared.put(id, operations);
    states.put(id, BranchState.PREPARED);
  }

  @Override
  public BranchState commitPrepared(BranchId id) {
    check("commitPrepared", List.of());
    BranchState found = state(id);
    if (found == BranchState.PREPARED) {
      committed.addAll(prepared.remove(id));
      states.put(id, BranchState.COMMITTED_UNRELEASED);
    }
    return found;
  }

  @Override
  public BranchState rollbackPrepared(BranchId id) {
    check("rollbackPrepared", List.of());
    BranchState found = state(id);
    if (found == BranchState.PREPARED) {
      states.put(id, BranchState.ROLLED_BACK);
    }
    return found;
  }

  @Override
  public Map<SentId, UUID> firstSends(Collection<SentId> ids) {
    return Map.of();
  }

  @Override
  public BranchState abortUnlessDecided(BranchId id) {
    return states.computeIfAbsent(id, each -> BranchState.ABORTED);
  }

  @Override
  public BranchState state(BranchId id) {
    return states.getOrDefault(id, BranchState.UNKNOWN);
  }

  @Override
  public List<BranchId> inDoubt(Set<BranchId> alsoOwn) {
    return List.copyOf(prepared.keySet());
  }

  @Override
  public List<BranchId> leftBehind() {
    return List.of();
  }

  @Override
  public void hold(Collection<BranchId> ids) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void forget(BranchId id) {
    states.remove(id);
  }

  @Override
  public Released release(BranchId id) {
    return Released.NOTHING;
  }

  @Override
  public QueueSettings require(QueueName name) {
    return new QueueSettings(name, Duration.ZERO);
  }

  @Override
  public void configure(QueueSettings settings) {
    throw new UnsupportedOperationException();
  }

  /** Each stream is new. */
  @Override
  public StreamStore streams() {
    StreamState empty = new StreamState(1, 0, StreamState.Pending.NONE, 0, 0);
    return new StreamStore() {
      @Override
      public StreamState takeOver(String producerId) {
        calls.add("takeOver " + producerId);
        return empty;
      }

      @Override
      public Map<String, StreamState> look(Collection<String> producerIds, boolean counting) {
        calls.add("look at " + producerIds);
        return producerIds.stream().collect(Collectors.toMap(id -> id, id -> empty));
      }
    };
  }

  @Override
  public BranchStore branches() {
    return this;
  }

  /** Only limits leases, and knows those that are lost. */
  @Override
  public LeaseStore leases() {
    return (LeaseStore)
        Proxy.newProxyInstance(
            FakeStore.class.getClassLoader(),
            new Class<?>[] {LeaseStore.class},
            (proxy, method, arguments) -> {
              Lease lease = (Lease) arguments[0];
              calls.add(method.getName() + " " + transaction.status());
              switch (method.getName()) {
                case "limitLease" -> limits.put(lease.token(), (Instant) arguments[1]);
                case "isHeld" -> {}
                default -> throw new UnsupportedOperationException(method.getName());
              }
              return !lostLeases.contains(lease.token());
            });
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
    throw new UnsupportedOperationException();
  }

  @Override
  public StoreClock clock() {
    return () -> NOW;
  }

  @Override
  public String description() {
    return "a fake store";
  }

  @Override
  public Optional<Notifications> notifications() {
    return Optional.empty();
  }

  @Override
  public void beat() {}

  @Override
  public void close() {}
}
