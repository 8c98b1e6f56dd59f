package dev.waybill.core.branch;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.model.NewMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Branch rows as a map, with faults that are armed for the next call. */
final class InMemoryBranchStore implements BranchStore {

  /** What the next write does. */
  enum Fault {
    NONE,
    UNAVAILABLE,
    LEASE_LOST,
    ID_TAKEN,
    /** The answer is lost; it had happened. */
    UNDECIDED_DONE,
    /** The answer is lost; it had not happened. */
    UNDECIDED_NOT_DONE,
    BROKEN
  }

  final Map<BranchId, BranchState> rows = new LinkedHashMap<>();
  final Map<BranchId, List<Operation>> operations = new LinkedHashMap<>();
  final Set<BranchId> held = new HashSet<>();
  final List<Operation> committed = new ArrayList<>();
  final List<Operation> joined = new ArrayList<>();
  final List<String> calls = new ArrayList<>();
  final Map<SentId, UUID> firsts = new HashMap<>();
  final Set<SentId> undecided = new HashSet<>();
  final List<NewMessage> windows = new ArrayList<>();
  Fault fault = Fault.NONE;

  /** What happens while a joined transaction is written to. */
  Runnable meanwhile = () -> {};

  /** A branch that cannot be committed, whatever else can. */
  BranchId broken;

  Set<BranchId> asked = Set.of();

  private void call(String name) {
    calls.add(name);
    if (fault == Fault.UNAVAILABLE) {
      throw new QueueException(QueueException.Kind.UNAVAILABLE, "the store is out of reach");
    }
    if (fault == Fault.BROKEN) {
      throw new IllegalStateException("broken");
    }
  }

  private void write(List<Operation> added, Runnable effect) {
    switch (fault) {
      case LEASE_LOST -> throw new LeaseLostException(Samples.LEASE);
      case ID_TAKEN -> {
        fault = Fault.NONE;
        throw new IdTakenException(idIn(added));
      }
      case UNDECIDED_DONE -> {
        effect.run();
        throw new UndecidedException("no answer", null);
      }
      case UNDECIDED_NOT_DONE -> throw new UndecidedException("no answer", null);
      default -> effect.run();
    }
    if (added.isEmpty()) {
      throw new IllegalArgumentException("nothing to write");
    }
  }

  private static SentId idIn(List<Operation> added) {
    return added.stream()
        .filter(Enqueue.class::isInstance)
        .map(operation -> SentId.of(((Enqueue) operation).message()))
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void commitLocal(List<Operation> added) {
    call("commitLocal");
    write(added, () -> committed.addAll(added));
  }

  @Override
  public void writeJoined(List<Operation> added) {
    call("writeJoined");
    write(added, () -> joined.addAll(added));
    meanwhile.run();
  }

  @Override
  public void writeJoinedAgain(List<Operation> added) {
    call("writeJoinedAgain");
    write(added, () -> joined.addAll(added));
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
    call("probeJoined");
  }

  @Override
  public void afterJoinedCommit(List<? extends Operation> settled) {
    call("afterJoinedCommit");
  }

  @Override
  public Map<SentId, UUID> firstSends(Collection<SentId> ids) {
    call("firstSends");
    Map<SentId, UUID> found = new HashMap<>();
    for (SentId id : ids) {
      if (undecided.contains(id)) {
        throw id.undecided(null);
      }
      if (firsts.containsKey(id)) {
        found.put(id, firsts.get(id));
      }
    }
    return found;
  }

  @Override
  public void countWindowsFromNow(Collection<NewMessage> messages) {
    windows.addAll(messages);
  }

  @Override
  public void commitOnePhase(BranchId id, List<Operation> added) {
    call("commitOnePhase");
    write(
        added,
        () -> {
          rows.put(id, BranchState.COMMITTED);
          committed.addAll(added);
        });
  }

  @Override
  public void prepare(BranchId id, List<Operation> added) {
    call("prepare");
    write(
        added,
        () -> {
          rows.put(id, BranchState.PREPARED);
          operations.put(id, added);
        });
  }

  @Override
  public BranchState commitPrepared(BranchId id) {
    call("commitPrepared");
    if (id.equals(broken)) {
      throw new QueueException(QueueException.Kind.INTERNAL, "branch " + id + " is damaged");
    }
    BranchState found = state(id);
    if (found == BranchState.PREPARED) {
      rows.put(id, BranchState.COMMITTED_UNRELEASED);
      committed.addAll(operations.getOrDefault(id, List.of()));
    }
    return found;
  }

  @Override
  public BranchState rollbackPrepared(BranchId id) {
    call("rollbackPrepared");
    BranchState found = state(id);
    if (found == BranchState.PREPARED) {
      if (held.contains(id)) {
        throw new QueueException(QueueException.Kind.UNAVAILABLE, "branch " + id + " is held");
      }
      rows.put(id, BranchState.ROLLED_BACK);
    }
    return found;
  }

  @Override
  public BranchState abortUnlessDecided(BranchId id) {
    call("abortUnlessDecided");
    BranchState found = state(id);
    if (found == BranchState.UNKNOWN) {
      rows.put(id, BranchState.ABORTED);
      return BranchState.ABORTED;
    }
    return found;
  }

  @Override
  public BranchState state(BranchId id) {
    return rows.getOrDefault(id, BranchState.UNKNOWN);
  }

  @Override
  public List<BranchId> inDoubt(Set<BranchId> alsoOwn) {
    call("inDoubt");
    asked = alsoOwn;
    return rows.entrySet().stream()
        .filter(row -> row.getValue() == BranchState.PREPARED)
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public List<BranchId> leftBehind() {
    call("leftBehind");
    return List.of();
  }

  @Override
  public void hold(Collection<BranchId> ids) {
    call("hold");
    held.addAll(ids);
  }

  @Override
  public void forget(BranchId id) {
    call("forget");
    rows.remove(id);
  }

  @Override
  public Released release(BranchId id) {
    rows.put(id, BranchState.COMMITTED);
    List<Operation> released = operations.get(id);
    return new Released(
        released.stream().map(Operation::queue).collect(Collectors.toSet()),
        Queues.keyed(released));
  }
}
