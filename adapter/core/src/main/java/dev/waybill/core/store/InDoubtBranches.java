package dev.waybill.core.store;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.entity.BranchRecord;
import dev.waybill.core.store.entity.NodeRecord;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.SqlFailure;
import dev.waybill.core.store.sql.Transactions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What recovery may see (rule C1): not the live branches of another node, nor those that this start
 * of the node may still be deciding itself.
 */
final class InDoubtBranches {

  /** A node that has not said so for this long is not alive. */
  static final Duration SIGN_OF_LIFE = Duration.ofSeconds(30);

  /**
   * How long this start of the node is left to decide its own branches. The transaction manager
   * decides right after the last prepare, so one that is older has been given up; listed earlier, a
   * recovery pass that knows no decision yet would roll a live transaction back.
   */
  static final Duration GRACE = Duration.ofMinutes(1);

  private static final Set<BranchState> HEURISTIC =
      Set.of(BranchState.HEURISTICALLY_COMMITTED, BranchState.HEURISTICALLY_ROLLED_BACK);

  private final Transactions transactions;
  private final StoreClock clock;
  private final String nodeId;
  private final String incarnation;

  InDoubtBranches(Transactions transactions, StoreClock clock, StoreOptions options) {
    this.transactions = transactions;
    this.clock = clock;
    this.nodeId = options.nodeId();
    this.incarnation = options.incarnation();
  }

  List<BranchId> list(Set<BranchId> alsoOwn) {
    Set<String> own = alsoOwn.stream().map(BranchId::key).collect(Collectors.toSet());
    return transactions.repeatable(
        "list branches in doubt",
        sql -> {
          Set<String> alive = aliveElsewhere(sql);
          long graceOver = Micros.of(clock.now().minus(GRACE));
          return sql.entities()
              .createQuery(
                  "select b from BranchRecord b where b.state in :states order by b.id",
                  BranchRecord.class)
              .setParameter(
                  "states",
                  List.of(
                      BranchState.PREPARED,
                      BranchState.HEURISTICALLY_COMMITTED,
                      BranchState.HEURISTICALLY_ROLLED_BACK))
              .getResultStream()
              .filter(branch -> !alive.contains(branch.nodeId()))
              .filter(
                  branch ->
                      !isOwn(branch)
                          || own.contains(branch.id())
                          || branch.preparedAtMicros() <= graceOver)
              .map(branch -> BranchId.parse(branch.id()))
              .toList();
        });
  }

  private boolean isOwn(BranchRecord branch) {
    return branch.nodeId().equals(nodeId)
        && branch.incarnation().equals(incarnation)
        && !HEURISTIC.contains(branch.state());
  }

  private Set<String> aliveElsewhere(Sql sql) {
    return sql.entities()
        .createQuery(
            "select n from NodeRecord n where n.id <> :self and n.seenAtMicros > :since",
            NodeRecord.class)
        .setParameter("self", nodeId)
        .setParameter("since", Micros.of(clock.now().minus(SIGN_OF_LIFE)))
        .getResultStream()
        .map(NodeRecord::id)
        .collect(Collectors.toSet());
  }

  void hold(Collection<BranchId> ids) {
    for (BranchId id : ids) {
      transactions.repeatable(
          "hold branch " + id,
          sql ->
              sql.entities()
                  .createQuery(
                      "update BranchRecord b set b.heldAtMicros = :now"
                          + " where b.id = :id and b.state = :prepared and b.heldAtMicros is null")
                  .setParameter("now", Micros.of(clock.now()))
                  .setParameter("id", id.key())
                  .setParameter("prepared", BranchState.PREPARED)
                  .executeUpdate());
    }
    transactions.awaitDurable();
  }

  void forget(BranchId id) {
    transactions.repeatable(
        "forget branch " + id,
        sql ->
            sql.entities()
                .createQuery("delete from BranchRecord b where b.id = :id and b.state in :states")
                .setParameter("id", id.key())
                .setParameter("states", List.copyOf(HEURISTIC))
                .executeUpdate());
  }

  /** Tells other nodes that this one lives, or that it has stopped. */
  void signOfLife(boolean alive) {
    long seen = alive ? Micros.of(clock.now()) : 0;
    NodeRecord record = new NodeRecord(nodeId, incarnation, seen);
    try {
      write(record);
    } catch (QueueException e) {
      if (transactions.failure(e) != SqlFailure.DUPLICATE) {
        throw e;
      }
      // Another thread was the first to write it.
      write(record);
    }
  }

  private void write(NodeRecord record) {
    transactions.repeatable("sign of life of node " + nodeId, sql -> sql.entities().merge(record));
  }
}
