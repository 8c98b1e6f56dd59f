package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.FaultyDataSource.CommitFault;
import dev.waybill.core.store.StoreOptions.SchemaMode;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What any store must do for several nodes on one database. */
abstract class NodesContract extends BranchFixture {

  private static final int JTS = 0x4A5453;

  private final List<QueueStore> others = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private int global;

  @AfterEach
  void closeOthers() {
    others.forEach(QueueStore::close);
    threads.shutdownNow();
  }

  private QueueStore node(String name) {
    return add(open(name, name + "-1"));
  }

  /** A node on a server of its own. */
  private QueueStore server(String name) {
    StoreOptions options =
        TestStore.options(
            TestStore.pooled(new FaultyDataSource(url())),
            SchemaMode.MIGRATE,
            clock,
            true,
            name,
            name + "-1");
    return add(QueueStores.open(options, StoreAccess.open(options), "process of " + name));
  }

  private QueueStore add(QueueStore opened) {
    others.add(opened);
    return opened;
  }

  /** A branch as Payara with that name makes them. */
  private BranchId branchOf(String transactionManager) {
    String qualifier = transactionManager + ",1";
    return new BranchId(
        JTS,
        "0c" + (10 + global++),
        HexFormat.of().formatHex(qualifier.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private List<Operation> aSend() {
    return List.of(TestStore.send(ORDERS, "a", clock.now()));
  }

  private static void assertRefused(Kind kind, Runnable call, String... parts) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(QueueException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContainingAll(parts);
  }

  private <T> List<T> together(Collection<Callable<T>> calls) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(calls.size());
    List<Future<T>> running = new ArrayList<>();
    for (Callable<T> call : calls) {
      running.add(
          threads.submit(
              () -> {
                barrier.await();
                return call.call();
              }));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> each : running) {
      results.add(each.get(60, TimeUnit.SECONDS));
    }
    return results;
  }

  // ---- names

  @Test
  @Tag("C1")
  void aSecondServerWithTheNameOfALivingOneIsRefusedWithTheFix() {
    NodeNameTakenException first =
        catchThrowableOfType(NodeNameTakenException.class, () -> open("n1", "i2"));
    assertThat(first).hasMessageContainingAll("\"n1\"", "fix: give each server its own nodeName");
    assertThat(first.freeAfter()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(5));
    clock.advance(Duration.ofSeconds(1));
    NodeNameTakenException silent =
        catchThrowableOfType(NodeNameTakenException.class, () -> open("n1", "i2"));
    assertThat(silent.provesLifeSince(first)).isFalse();
    store.beat();
    clock.advance(Duration.ofSeconds(1));
    NodeNameTakenException beaten =
        catchThrowableOfType(NodeNameTakenException.class, () -> open("n1", "i2"));
    assertThat(beaten.provesLifeSince(first)).isTrue();
  }

  @Test
  @Tag("C1")
  void theNameOfAKilledServerIsFreeAfterAFewBeatsAndThatOfAStoppedOneAtOnce() {
    clock.advance(Duration.ofMillis(3_999));
    assertThatThrownBy(() -> open("n1", "i2")).isInstanceOf(NodeNameTakenException.class);
    clock.advance(Duration.ofMillis(1));
    open("n1", "i2").close();
    open("n1", "i3").close();
    assertThat(jdbc().number("select count(*) from wb_node")).isZero();
  }

  @Test
  @Tag("C1")
  void ofTwoStartsWithOneNameAtTheSameTimeOneGetsIt() throws Exception {
    List<Object> results =
        together(List.of(() -> startOrReason("n2", "i1"), () -> startOrReason("n2", "i2")));

    assertThat(results).filteredOn(QueueStore.class::isInstance).hasSize(1);
    assertThat(results).filteredOn(NodeNameTakenException.class::isInstance).hasSize(1);
  }

  private Object startOrReason(String name, String incarnation) {
    try {
      QueueStore opened = open(name, incarnation);
      synchronized (others) {
        return add(opened);
      }
    } catch (NodeNameTakenException e) {
      return e;
    }
  }

  @Test
  @Tag("C1")
  @Tag("C8")
  void aServerThatStoodStillAndLostItsNamePreparesNothingUntilItHasItBack() {
    BranchId before = newBranch();
    branches.prepare(before, aSend());
    clock.advance(Duration.ofSeconds(5));
    QueueStore successor = add(open("n1", "i2"));

    store.beat();

    assertRefused(Kind.CONFLICT, () -> branches.prepare(newBranch(), aSend()), "nodeName");
    assertThat(jdbc().number("select count(*) from wb_branch where state = 'PREPARED'")).isOne();
    assertThat(branches.inDoubt(Set.of(before))).containsExactly(before);
    others.remove(successor);
    successor.close();
    store.beat();
    BranchId after = newBranch();
    branches.prepare(after, aSend());
    assertThat(branches.state(after)).isEqualTo(BranchState.PREPARED);
  }

  @Test
  @Tag("C1")
  void aServerThatStoodStillAndLostItsNamePreparesNothingBeforeItsFirstBeatEither() {
    clock.advance(Duration.ofSeconds(5));
    add(open("n1", "i2"));

    assertRefused(Kind.CONFLICT, () -> branches.prepare(newBranch(), aSend()), "nodeName");

    assertThat(jdbc().number("select count(*) from wb_branch where state = 'PREPARED'")).isZero();
  }

  // ---- branches of others

  @Test
  @Tag("C1")
  @Tag("G4")
  void anotherNodeRollsABranchBackOnlyOnceItsPreparerIsGone() {
    QueueStore other = node("n2");
    BranchId id = newBranch();
    branches.prepare(id, aSend());

    assertRefused(
        Kind.UNAVAILABLE, () -> other.branches().rollbackPrepared(id), "\"n1\"", "is alive");

    assertThat(branches.state(id)).isEqualTo(BranchState.PREPARED);
    clock.advance(Duration.ofSeconds(31));
    assertThat(other.branches().rollbackPrepared(id)).isEqualTo(BranchState.PREPARED);
    assertThat(branches.commitPrepared(id)).isEqualTo(BranchState.ROLLED_BACK);
  }

  @Test
  @Tag("C1")
  @Tag("G4")
  void aNodeThatRestartedKeepsItsBranchesFromOthers() {
    QueueStore other = node("n2");
    BranchId id = newBranch();
    branches.prepare(id, aSend());
    QueueStore restarted = add(reopened("i2"));

    assertThat(other.branches().inDoubt(Set.of())).isEmpty();
    assertRefused(Kind.UNAVAILABLE, () -> other.branches().rollbackPrepared(id), "\"n1\"");
    assertThat(restarted.branches().inDoubt(Set.of())).containsExactly(id);
    assertThat(restarted.branches().rollbackPrepared(id)).isEqualTo(BranchState.PREPARED);
  }

  @Test
  @Tag("C1")
  @Tag("C12")
  void aCommitByAnyNodeGoesThroughAndIsDoneOnce() throws Exception {
    QueueStore two = node("n2");
    QueueStore three = node("n3");
    BranchId id = newBranch();
    Lease lease = leased("a").lease();
    branches.prepare(id, List.of(new Complete(lease)));

    List<BranchState> found =
        together(
            List.of(
                () -> branches.commitPrepared(id),
                () -> two.branches().commitPrepared(id),
                () -> three.branches().commitPrepared(id)));

    assertThat(found)
        .containsExactlyInAnyOrder(
            BranchState.PREPARED, BranchState.COMMITTED, BranchState.COMMITTED);
    assertThat(jdbc().texts("select outcome from wb_attempt")).containsExactly("COMPLETED");
  }

  @Test
  @Tag("C12")
  void ofACommitAndARollbackAtTheSameTimeTheSecondLearnsOfTheFirst() throws Exception {
    QueueStore two = node("n2");
    for (int round = 0; round < 10; round++) {
      BranchId id = newBranch();
      branches.prepare(id, aSend());
      clock.advance(Duration.ofSeconds(31));
      two.beat();
      List<BranchState> found =
          together(
              List.of(
                  () -> branches.commitPrepared(id), () -> two.branches().rollbackPrepared(id)));
      boolean committed = found.get(0) == BranchState.PREPARED;
      assertThat(found.get(committed ? 1 : 0))
          .isEqualTo(committed ? BranchState.COMMITTED_UNRELEASED : BranchState.ROLLED_BACK);
      assertThat(branches.state(id))
          .isEqualTo(committed ? BranchState.COMMITTED_UNRELEASED : BranchState.ROLLED_BACK);
    }
  }

  @Test
  @Tag("C13")
  void whatIsLeftBehindAreBranchesOfEarlierStartsOfThisNodeAlone() {
    QueueStore two = node("n2");
    BranchId own = newBranch();
    branches.prepare(own, aSend());
    two.branches().prepare(newBranch(), aSend());

    assertThat(branches.leftBehind()).isEmpty();
    clock.advance(Duration.ofMinutes(5));
    assertThat(branches.leftBehind()).isEmpty();
    assertThat(add(open("n1", "i2")).branches().leftBehind()).containsExactly(own);
  }

  // ---- transaction managers

  @Test
  @Tag("C1")
  void aTransactionManagerWhoseNameOverlapsThatOfALivingNodeIsRefusedWithTheFix() {
    QueueStore one = server("a");
    QueueStore ten = server("b");
    one.branches().prepare(branchOf("node1"), aSend());

    assertRefused(
        Kind.CONFLICT,
        () -> ten.branches().prepare(branchOf("node10"), aSend()),
        "\"node10\"",
        "node \"a\" (\"node1\")",
        "fix: give each server",
        "xa-servername");
    assertRefused(
        Kind.CONFLICT, () -> ten.branches().prepare(branchOf("node10"), aSend()), "node10");

    assertThat(jdbc().number("select count(*) from wb_branch where state = 'PREPARED'")).isOne();
    ten.branches().commitOnePhase(branchOf("node10"), aSend());
    ten.branches().prepare(newBranch(), aSend());
  }

  @Test
  @Tag("C1")
  void theNameOfATransactionManagerIsFreeOnceItsNodeIsGone() {
    QueueStore one = server("a");
    QueueStore two = server("b");
    one.branches().prepare(branchOf("host,server"), aSend());
    assertRefused(
        Kind.CONFLICT, () -> two.branches().prepare(branchOf("host,server"), aSend()), "host");
    clock.advance(Duration.ofSeconds(31));
    two.beat();
    two.branches().prepare(branchOf("host,server"), aSend());

    // What stood still comes back, and finds its place taken.
    one.beat();

    assertRefused(
        Kind.CONFLICT, () -> one.branches().prepare(branchOf("host,server"), aSend()), "host");
  }

  @Test
  @Tag("C1")
  void aRestartOrAnotherAdapterOfTheServerIsNoConflict() {
    store.branches().prepare(branchOf("host,server"), aSend());
    node("n2").branches().prepare(branchOf("host,server"), aSend());
    add(reopened("i2")).branches().prepare(branchOf("host,server"), aSend());

    assertThat(jdbc().number("select count(*) from wb_branch where state = 'PREPARED'"))
        .isEqualTo(3);
  }

  @Test
  @Tag("C1")
  void ofTransactionManagersThatComeAtTheSameTimeOneIsAdmitted() throws Exception {
    List<Callable<Object>> calls = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      QueueStore server = server(name);
      BranchId id = branchOf("node");
      calls.add(
          () -> {
            try {
              server.branches().prepare(id, aSend());
              return name;
            } catch (QueueException e) {
              return e.kind();
            }
          });
    }

    List<Object> results = together(calls);

    assertThat(results).filteredOn(Kind.CONFLICT::equals).hasSize(2);
    assertThat(results).filteredOn(String.class::isInstance).hasSize(1);
  }

  @Test
  @Tag("C1")
  void aNodeThatStandsStillInItsBeatHoldsBackNoOther() throws Exception {
    server("b");
    QueueStore c = server("c");
    BranchId id = branchOf("node");
    try (Connection stalled = new FaultyDataSource(url()).getConnection();
        Statement statement = stalled.createStatement()) {
      stalled.setAutoCommit(false);
      statement.executeUpdate("update wb_node set seen_at = seen_at where id = 'b'");
      threads.submit(() -> c.branches().prepare(id, aSend())).get(60, TimeUnit.SECONDS);
      stalled.rollback();
    }

    assertThat(c.branches().state(id)).isEqualTo(BranchState.PREPARED);
  }

  // ---- release

  @Test
  @Tag("C3")
  @Tag("G6")
  void afterTheHoldNodesReleaseABranchOnce() throws Exception {
    QueueStore two = node("n2");
    QueueStore three = node("n3");
    BranchId id = newBranch();
    branches.prepare(id, aSend());
    branches.commitPrepared(id);
    clock.advance(Duration.ofSeconds(6));
    assertThat(two.upkeep().unreleased(clock.now().minusSeconds(5), 10)).containsExactly(id);

    List<Integer> released =
        together(
            List.of(
                () -> branches.release(id).size(),
                () -> two.upkeep().release(id).size(),
                () -> three.upkeep().release(id).size()));

    assertThat(released.stream().mapToInt(Integer::intValue).sum()).isOne();
    assertThat(branches.state(id)).isEqualTo(BranchState.COMMITTED);
    assertThat(claim(ORDERS, 5)).hasSize(1);
  }

  @Test
  @Tag("C3")
  @Tag("C4")
  void nobodyWaitsForABranchThatAStalledNodeIsReleasing() throws Exception {
    QueueStore two = node("n2");
    BranchId id = newBranch();
    branches.prepare(id, aSend());
    branches.commitPrepared(id);
    try (Connection stalled = jdbc().connect();
        Statement statement = stalled.createStatement()) {
      stalled.setAutoCommit(false);
      statement.executeQuery("select id from wb_branch where id = '" + id.key() + "' for update");

      assertThat(threads.submit(() -> two.upkeep().release(id)).get(20, TimeUnit.SECONDS))
          .isEmpty();

      stalled.rollback();
    }
    assertThat(two.upkeep().release(id)).containsExactly(ORDERS);
  }

  // ---- upkeep

  @Test
  @Tag("C4")
  void oneNodeAtATimePrunesAndAnotherTakesOver() {
    QueueStore two = node("n2");
    Duration minute = Duration.ofMinutes(1);
    assertThat(store.upkeep().takePruning(minute)).isTrue();
    assertThat(two.upkeep().takePruning(minute)).isFalse();
    clock.advance(Duration.ofSeconds(50));
    assertThat(store.upkeep().takePruning(minute)).as("it has more to do").isTrue();
    clock.advance(Duration.ofSeconds(50));
    assertThat(two.upkeep().takePruning(minute)).isFalse();

    clock.advance(Duration.ofSeconds(10));

    assertThat(two.upkeep().takePruning(minute)).isTrue();
    assertThat(store.upkeep().takePruning(minute)).isFalse();
  }

  @Test
  @Tag("C4")
  void ofThreeNodesThatComeAtTheSameTimeOnePrunes() throws Exception {
    QueueStore two = node("n2");
    QueueStore three = node("n3");
    Duration minute = Duration.ofMinutes(1);
    for (int round = 0; round < 5; round++) {
      List<Boolean> took =
          together(
              List.of(
                  () -> store.upkeep().takePruning(minute),
                  () -> two.upkeep().takePruning(minute),
                  () -> three.upkeep().takePruning(minute)));
      assertThat(took).filteredOn(each -> each).hasSizeLessThanOrEqualTo(1);
      clock.advance(minute);
    }
    assertThat(jdbc().number("select count(*) from wb_turn")).isOne();
  }

  @Test
  @Tag("C9")
  @Tag("G3")
  void threeNodesExpireEachLeaseOnce() throws Exception {
    List<Operation> sends = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      sends.add(TestStore.send(ORDERS, "m" + i, clock.now()));
    }
    branches.commitLocal(sends);
    Set<UUID> leased = Set.copyOf(claimTokens());
    clock.advance(LEASE);
    ConcurrentLinkedQueue<LeaseStore.Expired> expired = new ConcurrentLinkedQueue<>();
    List<Callable<Integer>> reapers = new ArrayList<>();
    for (QueueStore each : List.of(store, node("n2"), node("n3"))) {
      reapers.add(
          () -> {
            int rounds = 0;
            while (jdbc().number("select count(*) from wb_attempt") < leased.size()) {
              expired.addAll(each.leases().expire(20));
              rounds++;
            }
            return rounds;
          });
    }

    together(reapers);

    assertThat(leased).hasSize(100);
    assertThat(expired).extracting(LeaseStore.Expired::messageId).doesNotHaveDuplicates();
    assertThat(expired).hasSize(100);
    assertThat(jdbc().number("select count(*) from wb_attempt where outcome = 'EXPIRED'"))
        .isEqualTo(100);
  }

  private List<UUID> claimTokens() {
    List<UUID> messages = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      claim(ORDERS, 25).forEach(each -> messages.add(each.message().id()));
    }
    return messages;
  }

  // ---- a node that stands still

  @Test
  @Tag("C9")
  @Tag("M12")
  @Tag("G3")
  void aNodeThatStoodStillBeforeItsCommitFindsItsLeaseLost() {
    QueueStore two = node("n2");
    Lease stalled = leased("a").lease();
    Lease stalledToo = leased("b").lease();
    clock.advance(LEASE.plusSeconds(5));
    assertThat(two.leases().expire(10)).hasSize(2);
    clock.advance(Duration.ofSeconds(5));
    UUID hers = two.leases().openTerm("n2/bean", clock.now().plus(LEASE));
    List<LeasedMessage> again = two.leases().claim(request(hers, 2, RetryPolicy.DEFAULT, ORDERS));
    assertThat(again).extracting(each -> each.lease().attempt()).containsExactly(2, 2);

    assertThatThrownBy(() -> branches.commitOnePhase(newBranch(), List.of(new Complete(stalled))))
        .isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(() -> branches.prepare(newBranch(), List.of(new Complete(stalledToo))))
        .isInstanceOf(LeaseLostException.class);

    again.forEach(
        each -> two.branches().commitOnePhase(newBranch(), List.of(new Complete(each.lease()))));
    assertThat(jdbc().number("select count(*) from wb_attempt where outcome = 'COMPLETED'"))
        .isEqualTo(2);
  }

  @Test
  @Tag("C9")
  @Tag("M12")
  @Tag("G3")
  void aNodeThatStandsStillInItsCommitKeepsWhatItSettles() throws Exception {
    QueueStore two = node("n2");
    Lease lease = leased("a").lease();
    BranchId id = newBranch();
    List<Integer> expired = new ArrayList<>();
    database.failNextCommit(
        CommitFault.HAPPENS_LATER,
        () -> {
          clock.advance(LEASE.plusSeconds(5));
          expired.add(two.leases().expire(10).size());
          finishCommit();
        });

    branches.commitOnePhase(id, List.of(new Complete(lease)));

    assertThat(expired).containsExactly(0);
    assertThat(branches.state(id)).isEqualTo(BranchState.COMMITTED);
    assertThat(two.leases().expire(10)).isEmpty();
    assertThat(jdbc().texts("select outcome from wb_attempt")).containsExactly("COMPLETED");
  }

  private void finishCommit() {
    try {
      database.finishDelayedCommit();
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @Tag("C9")
  @Tag("G4")
  void aNodeThatStandsStillAfterItsPrepareCommitsWhenItGoesOn() {
    QueueStore two = node("n2");
    Lease lease = leased("a").lease();
    BranchId id = newBranch();
    branches.prepare(id, List.of(new Complete(lease)));
    clock.advance(LEASE.plusSeconds(5));
    two.beat();

    assertThat(two.leases().expire(10)).isEmpty();
    assertThat(branches.commitPrepared(id)).isEqualTo(BranchState.PREPARED);

    assertThat(jdbc().texts("select outcome from wb_attempt")).containsExactly("COMPLETED");
  }

  @Test
  @Tag("C9")
  @Tag("G3")
  void aSettlementAndAnExpiryAtTheSameTimeAreOne() throws Exception {
    QueueStore two = node("n2");
    for (int round = 0; round < 20; round++) {
      Lease lease = leased("a" + round).lease();
      clock.advance(LEASE);
      List<Boolean> done =
          together(List.of(() -> settles(lease), () -> !two.leases().expire(10).isEmpty()));
      if (done.equals(List.of(false, false))) {
        // The reaper passed over it while the settlement held it, or the other way round.
        done = List.of(settles(lease), false);
      }
      assertThat(done).containsExactlyInAnyOrder(true, false);
      jdbc().execute("delete from wb_delivery");
      store.leases().renewTerms(List.of(new LeaseStore.TermExpiry(term, clock.now().plus(LEASE))));
      if (store.leases().heldUnder(term).isEmpty()) {
        term = store.leases().openTerm("n1/bean", clock.now().plus(LEASE));
      }
    }
  }

  private boolean settles(Lease lease) {
    try {
      branches.commitOnePhase(newBranch(), List.of(new Complete(lease)));
      return true;
    } catch (LeaseLostException e) {
      return false;
    }
  }
}
