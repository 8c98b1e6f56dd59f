package dev.waybill.core.store;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.entity.BranchRecord;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.Transactions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What recovery may see (rule C1): not the live branches of another node, nor those that this start
 * of the node may still be deciding itself.
 */
final class InDoubtBranches {

  /**
   * How long this start of the node is left to decide its own branches. The transaction manager
   * decides right after the last prepare, so one that is older has been given up; listed earlier, a
   * recovery pass that knows no decision yet would roll a live transaction back.
   */
  static final Duration GRACE = Duration.ofMinutes(1);

  private static final String PREPARER = "select node_id, incarnation from wb_branch where id = ?";

  private static final Set<BranchState> HEURISTIC =
      Set.of(BranchState.HEURISTICALLY_COMMITTED, BranchState.HEURISTICALLY_ROLLED_BACK);

  private final Transactions transactions;
  private final StoreClock clock;
  private final NodeRegistry nodes;
  private final String nodeId;
  private final String incarnation;

  InDoubtBranches(
      Transactions transactions, StoreClock clock, NodeRegistry nodes, StoreOptions options) {
    this.transactions = transactions;
    this.clock = clock;
    this.nodes = nodes;
    this.nodeId = options.nodeId();
    this.incarnation = options.incarnation();
  }

  List<BranchId> list(Set<BranchId> alsoOwn) {
    Set<String> own = alsoOwn.stream().map(BranchId::key).collect(Collectors.toSet());
    return transactions.repeatable(
        "list branches in doubt",
        sql -> {
          Set<String> alive = nodes.aliveElsewhere(sql);
          Optional<String> successor = nodes.successor(sql);
          long graceOver = Micros.of(clock.now().minus(GRACE));
          return undecided(sql)
              .filter(branch -> !alive.contains(branch.nodeId()))
              .filter(branch -> !isOf(successor, branch))
              .filter(
                  branch ->
                      !isOwn(branch)
                          || own.contains(branch.id())
                          || branch.preparedAtMicros() <= graceOver)
              .map(branch -> BranchId.parse(branch.id()))
              .toList();
        });
  }

  List<BranchId> leftBehind() {
    return transactions.repeatable(
        "list branches of earlier starts",
        sql ->
            undecided(sql)
                .filter(branch -> branch.state() == BranchState.PREPARED)
                .filter(branch -> branch.nodeId().equals(nodeId))
                .filter(branch -> !branch.incarnation().equals(incarnation))
                .map(branch -> BranchId.parse(branch.id()))
                .toList());
  }

  private static Stream<BranchRecord> undecided(Sql sql) {
    return sql
        .entities()
        .createQuery(
            "select b from BranchRecord b where b.state in :states order by b.id",
            BranchRecord.class)
        .setParameter(
            "states",
            List.of(
                BranchState.PREPARED,
                BranchState.HEURISTICALLY_COMMITTED,
                BranchState.HEURISTICALLY_ROLLED_BACK))
        .getResultList()
        .stream();
  }

  /**
   * Refuses if a branch, locked before, was prepared by a node that is alive: what its transaction
   * manager decides is not known here (rule C1). A commit needs no such check, because no
   * transaction manager commits what it has not decided itself.
   */
  void requireDeserted(Sql sql, String key) {
    Row branch = sql.selectOne(PREPARER, key).orElseThrow();
    String preparer = branch.text(0);
    boolean alive =
        preparer.equals(nodeId)
            ? nodes.successor(sql).filter(branch.text(1)::equals).isPresent()
            : nodes.aliveElsewhere(sql).contains(preparer);
    if (alive) {
      throw new QueueException(
          Kind.UNAVAILABLE,
          "Branch "
              + key
              + " is not rolled back: node \""
              + preparer
              + "\" prepared it, is alive, and decides it. If that node's transaction manager has a"
              + " name of which this one's is the beginning, give them others (xa-servername).");
    }
  }

  private boolean isOwn(BranchRecord branch) {
    return branch.nodeId().equals(nodeId)
        && branch.incarnation().equals(incarnation)
        && !HEURISTIC.contains(branch.state());
  }

  private boolean isOf(Optional<String> successor, BranchRecord branch) {
    return branch.nodeId().equals(nodeId)
        && successor.filter(branch.incarnation()::equals).isPresent();
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
}
