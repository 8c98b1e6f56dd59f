package dev.waybill.core.store;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.branch.BranchStore;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Mark;
import dev.waybill.core.branch.Released;
import dev.waybill.core.branch.SentId;
import dev.waybill.core.branch.TransactionManagerName;
import dev.waybill.core.model.DeliveryState;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.BranchRows.Locked;
import dev.waybill.core.store.OperationWriter.Decided;
import dev.waybill.core.store.OperationWriter.Resolved;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.Transactions;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** Branches as rows. */
final class JpaBranchStore implements BranchStore {

  private static final String LOCAL_PREFIX = "local.";

  private final Transactions transactions;
  private final JoinedPath joined;
  private final OperationWriter writer;
  private final BranchReleases releases;
  private final BranchRows rows;
  private final SentIdRows ids;
  private final WatermarkRows watermarks;
  private final InDoubtBranches inDoubt;
  private final NodeRegistry nodes;
  private final StoreClock clock;

  JpaBranchStore(
      Transactions transactions,
      JoinedPath joined,
      OperationWriter writer,
      BranchReleases releases,
      BranchRows rows,
      SentIdRows ids,
      WatermarkRows watermarks,
      InDoubtBranches inDoubt,
      NodeRegistry nodes,
      StoreClock clock) {
    this.transactions = transactions;
    this.joined = joined;
    this.writer = writer;
    this.releases = releases;
    this.rows = rows;
    this.ids = ids;
    this.watermarks = watermarks;
    this.inDoubt = inDoubt;
    this.nodes = nodes;
    this.clock = clock;
  }

  @Override
  public void commitLocal(List<Operation> operations) {
    commitOnce("local commit", LOCAL_PREFIX + UUID.randomUUID(), operations);
  }

  @Override
  public void writeJoined(List<Operation> operations) {
    writeJoined(operations, false);
  }

  @Override
  public void writeJoinedAgain(List<Operation> operations) {
    writeJoined(operations, true);
  }

  private void writeJoined(List<Operation> operations, boolean checked) {
    Resolved resolved = writer.resolve(operations);
    joined.run(
        checked,
        sql -> {
          writer.write(sql, resolved, clock.now());
          return null;
        });
  }

  @Override
  public boolean markJoined(Mark mark) {
    return joined.run(true, sql -> watermarks.raise(sql, mark));
  }

  @Override
  public boolean isMarked(Mark mark) {
    return watermarks.isReached(mark);
  }

  @Override
  public void probeJoined() {
    joined.probe();
  }

  @Override
  public void afterJoinedCommit(List<? extends Operation> settled) {
    transactions.awaitDurable();
    OperationWriter.logGivenUp(settled);
  }

  @Override
  public Map<SentId, UUID> firstSends(Collection<SentId> sent) {
    return ids.first(sent);
  }

  @Override
  public void countWindowsFromNow(Collection<NewMessage> messages) {
    ids.countFromNow(messages);
  }

  @Override
  public void commitOnePhase(BranchId id, List<Operation> operations) {
    try {
      commitOnce("one-phase commit of branch " + id, id.key(), operations);
    } catch (BranchRows.TakenException e) {
      finishOnePhase(id, e);
    }
  }

  private void finishOnePhase(BranchId id, BranchRows.TakenException taken) {
    BranchState found = commitPrepared(id);
    switch (found) {
      case PREPARED, COMMITTED_UNRELEASED -> release(id);
      case COMMITTED, HEURISTICALLY_COMMITTED -> {}
      case UNKNOWN, ROLLED_BACK, ABORTED, HEURISTICALLY_ROLLED_BACK ->
          throw new QueueException(
              Kind.CONFLICT,
              "Branch " + id + " cannot commit: it is " + found + ". Begin a new transaction.",
              taken);
    }
  }

  private void commitOnce(String what, String key, List<Operation> operations) {
    Resolved resolved = writer.resolve(operations);
    transactions.durably(
        what,
        sql -> {
          rows.insert(sql, key, BranchState.COMMITTED, List.of(), false, false);
          writer.write(sql, resolved, clock.now());
          return null;
        },
        nothing -> rows.readBack(key));
    OperationWriter.logGivenUp(operations);
  }

  @Override
  public void prepare(BranchId id, List<Operation> operations) {
    nodes.admit(TransactionManagerName.of(id));
    Resolved resolved = writer.resolve(operations);
    String key = id.key();
    transactions.durably(
        "prepare of branch " + id,
        sql -> {
          List<Long> positions = writer.plan(sql, resolved, key, clock.now());
          rows.insert(
              sql, key, BranchState.PREPARED, positions, resolved.hasIds(), resolved.hasStreams());
          return null;
        },
        nothing -> rows.readBack(key));
  }

  @Override
  public BranchState commitPrepared(BranchId id) {
    String key = id.key();
    List<Operation> planned =
        transactions.repeatable("read the plan of branch " + id, sql -> plan(sql, key));
    BranchState before = commitPlanned(id, key, writer.resolve(planned));
    if (before == BranchState.PREPARED) {
      OperationWriter.logGivenUp(planned);
    }
    return before;
  }

  private BranchState commitPlanned(BranchId id, String key, Resolved plan) {
    return decide(
        "commit of branch " + id,
        key,
        sql -> {
          Locked branch = rows.lock(sql, key);
          if (branch.state() != BranchState.PREPARED) {
            return branch.state();
          }
          Instant now = clock.now();
          for (Mark mark : plan.marks()) {
            watermarks.raise(sql, mark);
          }
          for (Decided settlement : plan.settlements()) {
            writer.carryOut(sql, settlement, DeliveryState.IN_DOUBT, now);
          }
          sql.update(Statements.DELETE_PLAN, key);
          if (branch.hasIds()) {
            ids.commit(sql, key, now);
          }
          if (branch.hasStreams()) {
            StreamRows.committed(sql, key);
          }
          rows.decide(
              sql,
              key,
              BranchState.PREPARED,
              branch.hasMessages() ? BranchState.COMMITTED_UNRELEASED : BranchState.COMMITTED);
          return BranchState.PREPARED;
        });
  }

  private static List<Operation> plan(Sql sql, String key) {
    return sql.select(Statements.PLANNED, key).stream().map(JpaBranchStore::planned).toList();
  }

  private static Operation planned(Row row) {
    Lease lease = LeaseRows.read(row);
    return row.text(14).equals(OperationWriter.Plan.MARK)
        ? new Mark(lease, row.text(18), row.number(19))
        : OperationWriter.Plan.read(
            lease, row.text(14), row.optionalNumber(15), row.text(16), row.text(17));
  }

  @Override
  public BranchState rollbackPrepared(BranchId id) {
    String key = id.key();
    return decide(
        "rollback of branch " + id,
        key,
        sql -> {
          Locked branch = rows.lock(sql, key);
          if (branch.state() != BranchState.PREPARED) {
            return branch.state();
          }
          inDoubt.requireDeserted(sql, key);
          rows.requireNotHeld(sql, key);
          if (branch.hasMessages()) {
            sql.update(Statements.DELETE_BRANCH_MESSAGES, branch.first(), branch.last(), key);
          }
          for (Row row : sql.select(Statements.PLANNED_KEYS, key)) {
            sql.update(Statements.LEASED_AGAIN, row.number(0), row.number(1), key);
          }
          sql.update(Statements.DELETE_PLAN, key);
          if (branch.hasIds()) {
            ids.free(sql, key);
          }
          if (branch.hasStreams()) {
            StreamRows.rolledBack(sql, key);
          }
          rows.decide(sql, key, BranchState.PREPARED, BranchState.ROLLED_BACK);
          return BranchState.PREPARED;
        });
  }

  /** A lost COMMIT of a decision is read back by locking the branch's row. */
  private BranchState decide(String what, String key, Function<Sql, BranchState> decision) {
    return transactions.durably(
        what,
        decision,
        before -> before != BranchState.PREPARED || rows.state(key) != BranchState.PREPARED);
  }

  @Override
  public BranchState abortUnlessDecided(BranchId id) {
    return rows.readBack(id.key()) ? rows.state(id.key()) : BranchState.ABORTED;
  }

  @Override
  public BranchState state(BranchId id) {
    return rows.state(id.key());
  }

  @Override
  public List<BranchId> inDoubt(Set<BranchId> alsoOwn) {
    return inDoubt.list(alsoOwn);
  }

  @Override
  public List<BranchId> leftBehind() {
    return inDoubt.leftBehind();
  }

  @Override
  public void hold(Collection<BranchId> ids) {
    inDoubt.hold(ids);
  }

  @Override
  public void forget(BranchId id) {
    inDoubt.forget(id);
  }

  @Override
  public Released release(BranchId id) {
    return releases.release(id, true);
  }
}
