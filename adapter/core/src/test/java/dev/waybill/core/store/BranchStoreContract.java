package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.DEAD_LETTERS;
import static dev.waybill.core.store.TestStore.GROUP;
import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.SHIPMENTS;
import static dev.waybill.core.store.TestStore.deadLettersAfter;
import static dev.waybill.core.store.TestStore.message;
import static dev.waybill.core.store.TestStore.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.branch.BranchStore;
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.branch.Operation.Reject;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.branch.UndecidedException;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.FaultyDataSource.CommitFault;
import dev.waybill.core.store.StoreOptions.SchemaMode;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What any store must do about branches. A second database is one subclass. */
abstract class BranchStoreContract {

  static final Duration LEASE = Duration.ofSeconds(30);

  final SettableClock clock = new SettableClock();
  FaultyDataSource database;
  QueueStore store;
  BranchStore branches;
  UUID term;
  private int branchNumber;

  /** The URL of a fresh, empty database. */
  abstract String url();

  abstract Jdbc jdbc();

  @BeforeEach
  void open() {
    database = new FaultyDataSource(url());
    store = QueueStores.open(TestStore.options(TestStore.pooled(database), clock));
    branches = store.branches();
    store.queues().require(ORDERS);
    store.queues().require(SHIPMENTS);
    term = store.leases().openTerm("n1/bean", clock.now().plus(LEASE));
  }

  @AfterEach
  void close() {
    database.down(false);
    store.close();
  }

  // ---- two phases

  @Test
  @Tag("C3")
  void messagesOfAPreparedBranchAreInvisibleUntilReleased() {
    BranchId id = newBranch();
    branches.prepare(
        id,
        List.of(
            TestStore.send(ORDERS, "a", clock.now()), TestStore.send(SHIPMENTS, "b", clock.now())));
    assertThat(branches.state(id)).isEqualTo(BranchState.PREPARED);
    assertThat(claim(ORDERS, 1)).isEmpty();

    assertThat(branches.commitPrepared(id)).isEqualTo(BranchState.PREPARED);
    assertThat(branches.state(id)).isEqualTo(BranchState.COMMITTED_UNRELEASED);
    assertThat(claim(ORDERS, 1)).isEmpty();

    assertThat(branches.release(id)).containsExactlyInAnyOrder(ORDERS, SHIPMENTS);
    assertThat(branches.state(id)).isEqualTo(BranchState.COMMITTED);
    assertThat(branches.release(id)).isEmpty();
    assertThat(claim(ORDERS, 2)).extracting(TestStore::text).containsExactly("a");
    assertThat(claim(SHIPMENTS, 2)).extracting(TestStore::text).containsExactly("b");
  }

  @Test
  @Tag("S4")
  void aReleasedMessageIsAvailableWhenItWasAskedForOrNow() {
    BranchId id = newBranch();
    Instant due = clock.now().plusSeconds(60);
    branches.prepare(
        id,
        List.of(
            TestStore.send(ORDERS, "now", clock.now()),
            new Enqueue(message(ORDERS, "later", 4, clock.now(), due))));
    clock.advance(Duration.ofSeconds(10));
    branches.commitPrepared(id);
    branches.release(id);

    assertThat(claim(ORDERS, 2)).extracting(TestStore::text).containsExactly("now");
    assertThat(store.leases().nextDue(List.of(ORDERS), GROUP)).contains(due);
    assertThat(jdbc().number("select available_at from wb_delivery where state = 'LEASED'"))
        .isEqualTo(clock.now().getEpochSecond() * 1_000_000);
  }

  @Test
  @Tag("C3")
  void anUnreleasedBranchIsFoundAfterItsHoldByAnyNode() {
    BranchId id = newBranch();
    branches.prepare(id, List.of(TestStore.send(ORDERS, "a", clock.now())));
    branches.commitPrepared(id);

    assertThat(store.upkeep().unreleased(clock.now(), 10)).isEmpty();
    clock.advance(Duration.ofSeconds(10));
    assertThat(store.upkeep().unreleased(clock.now().minusSeconds(9), 10)).containsExactly(id);
  }

  @Test
  @Tag("C15")
  void groupsThatAppearBeforeTheReleaseMissNothing() {
    BranchId id = newBranch();
    branches.prepare(id, List.of(TestStore.send(ORDERS, "a", clock.now())));
    LeaseStore.ClaimRequest audit =
        new LeaseStore.ClaimRequest(
            term, List.of(ORDERS), "audit", 1, false, Optional.empty(), RetryPolicy.DEFAULT);
    assertThat(store.leases().claim(audit)).isEmpty();
    branches.commitPrepared(id);
    branches.release(id);

    assertThat(store.leases().claim(audit)).hasSize(1);
    assertThat(claim(ORDERS, 1)).hasSize(1);
  }

  @Test
  @Tag("C9")
  void aPreparedCompletionHoldsTheDeliveryUntilItIsDecided() {
    Lease lease = leased("a").lease();
    BranchId id = newBranch();
    branches.prepare(id, List.of(new Complete(lease)));

    clock.advance(LEASE.multipliedBy(10));
    assertThat(store.leases().expire(10)).isEmpty();
    assertThat(claim(ORDERS, 1)).isEmpty();
    assertThat(store.leases().heldUnder(term)).isEmpty();
    assertThat(store.leases().recordFailure(lease, AttemptFailure.bySchedule("x"))).isEmpty();

    assertThat(branches.commitPrepared(id)).isEqualTo(BranchState.PREPARED);
    assertThat(branches.state(id)).isEqualTo(BranchState.COMMITTED);
    for (String table : List.of("wb_message", "wb_delivery", "wb_lease", "wb_plan")) {
      assertThat(jdbc().number("select count(*) from " + table)).as(table).isZero();
    }
    assertThat(jdbc().texts("select outcome from wb_attempt")).containsExactly("COMPLETED");
  }

  @Test
  @Tag("C9")
  void aPreparedRetryAndRejectionAreCarriedOutByTheCommit() {
    Lease retried = leased("a").lease();
    send("b");
    Lease rejected =
        store.leases().claim(request(term, 1, deadLettersAfter(3), ORDERS)).get(0).lease();
    BranchId id = newBranch();
    branches.prepare(
        id,
        List.of(
            new Retry(retried, Optional.of(Duration.ofSeconds(7))), new Reject(rejected, "bad")));
    clock.advance(Duration.ofSeconds(3));

    branches.commitPrepared(id);

    assertThat(store.leases().nextDue(List.of(ORDERS), GROUP)).contains(clock.now().plusSeconds(7));
    LeasedMessage dead = claim(DEAD_LETTERS, 1).get(0);
    assertThat(dead.message().deadLetter().lastError()).isEqualTo("bad");
  }

  @Test
  @Tag("C9")
  void aRollbackRestoresTheLeaseWithItsOldExpiryAndRemovesTheMessages() {
    Lease lease = leased("a").lease();
    BranchId id = newBranch();
    branches.prepare(id, List.of(new Complete(lease), TestStore.send(SHIPMENTS, "b", clock.now())));

    assertThat(branches.rollbackPrepared(id)).isEqualTo(BranchState.PREPARED);

    assertThat(branches.state(id)).isEqualTo(BranchState.ROLLED_BACK);
    assertThat(store.leases().heldUnder(term)).containsExactly(lease);
    assertThat(jdbc().number("select count(*) from wb_message")).isEqualTo(1);
    assertThat(jdbc().number("select count(*) from wb_attempt")).isZero();
    clock.advance(LEASE);
    assertThat(store.leases().expire(10)).hasSize(1);
  }

  @Test
  @Tag("C9")
  void aBranchWithALostLeaseIsNotPrepared() {
    Lease lost = leased("a").lease();
    clock.advance(LEASE);
    store.leases().expire(10);
    BranchId id = newBranch();

    assertThatThrownBy(
            () ->
                branches.prepare(
                    id, List.of(TestStore.send(SHIPMENTS, "b", clock.now()), new Complete(lost))))
        .isInstanceOf(LeaseLostException.class);

    assertThat(branches.state(id)).isEqualTo(BranchState.UNKNOWN);
    assertThat(jdbc().number("select count(*) from wb_message")).isEqualTo(1);
  }

  // ---- tombstones

  @Test
  @Tag("C12")
  void finishedBranchesAreRememberedAndNotDoneTwice() {
    BranchId committed = newBranch();
    Lease lease = leased("a").lease();
    branches.prepare(committed, List.of(new Complete(lease)));
    branches.commitPrepared(committed);
    BranchId rolledBack = newBranch();
    branches.prepare(rolledBack, List.of(TestStore.send(ORDERS, "b", clock.now())));
    branches.rollbackPrepared(rolledBack);

    assertThat(branches.commitPrepared(committed)).isEqualTo(BranchState.COMMITTED);
    assertThat(branches.rollbackPrepared(committed)).isEqualTo(BranchState.COMMITTED);
    assertThat(branches.commitPrepared(rolledBack)).isEqualTo(BranchState.ROLLED_BACK);
    assertThat(branches.commitPrepared(newBranch())).isEqualTo(BranchState.UNKNOWN);
    assertThat(branches.rollbackPrepared(newBranch())).isEqualTo(BranchState.UNKNOWN);
  }

  @Test
  @Tag("C12")
  void onePhaseCommitOfAPreparedBranchCommitsIt() {
    BranchId id = newBranch();
    branches.prepare(id, List.of(TestStore.send(ORDERS, "a", clock.now())));

    branches.commitOnePhase(id, List.of());

    assertThat(branches.state(id)).isEqualTo(BranchState.COMMITTED);
    assertThat(claim(ORDERS, 1)).hasSize(1);
    branches.commitOnePhase(id, List.of());
  }

  @Test
  @Tag("C12")
  void onePhaseCommitOfARolledBackBranchIsRefused() {
    BranchId id = newBranch();
    branches.prepare(id, List.of(TestStore.send(ORDERS, "a", clock.now())));
    branches.rollbackPrepared(id);

    assertThatThrownBy(
            () -> branches.commitOnePhase(id, List.of(TestStore.send(ORDERS, "b", clock.now()))))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT));
    assertThat(jdbc().number("select count(*) from wb_message")).isZero();
  }

  @Test
  @Tag("C12")
  void tombstonesArePrunedButUndecidedBranchesNever() {
    BranchId undecided = newBranch();
    BranchId unreleased = newBranch();
    BranchId finished = newBranch();
    branches.prepare(undecided, List.of(TestStore.send(ORDERS, "a", clock.now())));
    branches.prepare(unreleased, List.of(TestStore.send(ORDERS, "b", clock.now())));
    branches.commitPrepared(unreleased);
    branches.prepare(finished, List.of(TestStore.send(ORDERS, "c", clock.now())));
    branches.rollbackPrepared(finished);
    clock.advance(Duration.ofDays(365));

    for (int i = 0; i < 3; i++) {
      store.upkeep().prune(new Upkeep.Retention(Duration.ofDays(1), Duration.ofDays(1)), 10);
    }

    assertThat(branches.state(finished)).isEqualTo(BranchState.UNKNOWN);
    branches.commitPrepared(undecided);
    branches.release(undecided);
    branches.release(unreleased);
    assertThat(claim(ORDERS, 5)).hasSize(2);
  }

  @Test
  @Tag("C12")
  void outcomesOfOnePhaseCommitsAreForgottenSooner() {
    BranchId id = newBranch();
    branches.commitOnePhase(id, List.of(TestStore.send(ORDERS, "a", clock.now())));
    assertThat(branches.state(id)).isEqualTo(BranchState.COMMITTED);
    clock.advance(Duration.ofMinutes(11));

    store.upkeep().prune(new Upkeep.Retention(Duration.ofDays(1), Duration.ofDays(7)), 10);

    assertThat(branches.state(id)).isEqualTo(BranchState.UNKNOWN);
  }

  // ---- recovery

  @Test
  @Tag("C1")
  void recoverySeesBranchesOfEarlierStartsOnly() {
    BranchId id = newBranch();
    branches.prepare(id, List.of(TestStore.send(ORDERS, "a", clock.now())));

    assertThat(branches.inDoubt(Set.of())).isEmpty();
    assertThat(branches.inDoubt(Set.of(id))).containsExactly(id);
    try (QueueStore restarted = open("n1", "i2")) {
      assertThat(restarted.branches().inDoubt(Set.of())).containsExactly(id);
      assertThat(restarted.branches().commitPrepared(id)).isEqualTo(BranchState.PREPARED);
      assertThat(restarted.branches().inDoubt(Set.of())).isEmpty();
    }
  }

  @Test
  @Tag("C1")
  void recoveryOfAnotherNodeSeesThemOnceTheirNodeIsGone() {
    BranchId id = newBranch();
    branches.prepare(id, List.of(TestStore.send(ORDERS, "a", clock.now())));
    try (QueueStore other = open("n2", "i1")) {
      clock.advance(Duration.ofSeconds(29));
      assertThat(other.branches().inDoubt(Set.of())).isEmpty();
      store.synchronise();
      clock.advance(Duration.ofSeconds(29));
      assertThat(other.branches().inDoubt(Set.of())).isEmpty();
      clock.advance(Duration.ofSeconds(2));
      assertThat(other.branches().inDoubt(Set.of())).containsExactly(id);
    }
  }

  @Test
  @Tag("C12")
  void branchesDecidedByAnOperatorAreListedUntilForgotten() {
    BranchId id = newBranch();
    branches.prepare(id, List.of(TestStore.send(ORDERS, "a", clock.now())));
    branches.rollbackPrepared(id);
    jdbc().execute("update wb_branch set state = 'HEURISTICALLY_ROLLED_BACK'");

    assertThat(branches.inDoubt(Set.of())).containsExactly(id);
    assertThat(branches.commitPrepared(id)).isEqualTo(BranchState.HEURISTICALLY_ROLLED_BACK);
    branches.forget(id);
    assertThat(branches.state(id)).isEqualTo(BranchState.UNKNOWN);
    branches.prepare(id, List.of(TestStore.send(ORDERS, "a", clock.now())));
    branches.forget(id);
    assertThat(branches.state(id)).isEqualTo(BranchState.PREPARED);
  }

  // ---- lost commits

  @ParameterizedTest
  @EnumSource(
      value = CommitFault.class,
      names = {"NEVER_HAPPENS", "ANSWER_LOST"})
  @Tag("C2")
  void aLostCommitIsReportedAsWhatItWas(CommitFault fault) {
    boolean happens = fault == CommitFault.ANSWER_LOST;
    Lease lease = leased("a").lease();
    List<Operation> work =
        List.of(new Complete(lease), TestStore.send(SHIPMENTS, "b", clock.now()));

    database.failNextCommit(fault, () -> {});
    report(happens, () -> branches.commitLocal(work));
    assertThat(claim(SHIPMENTS, 2)).hasSize(happens ? 1 : 0);
    assertThat(store.leases().isHeld(lease)).isNotEqualTo(happens);

    BranchId onePhase = newBranch();
    database.failNextCommit(fault, () -> {});
    report(
        happens,
        () -> branches.commitOnePhase(onePhase, List.of(TestStore.send(ORDERS, "c", clock.now()))));
    assertThat(branches.state(onePhase))
        .isEqualTo(happens ? BranchState.COMMITTED : BranchState.ABORTED);

    BranchId twoPhase = newBranch();
    database.failNextCommit(fault, () -> {});
    report(
        happens,
        () -> branches.prepare(twoPhase, List.of(TestStore.send(ORDERS, "d", clock.now()))));
    assertThat(branches.state(twoPhase))
        .isEqualTo(happens ? BranchState.PREPARED : BranchState.ABORTED);
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitFault.class,
      names = {"NEVER_HAPPENS", "ANSWER_LOST"})
  @Tag("C2")
  void aLostDecisionIsReadBackFromTheBranchsRow(CommitFault fault) {
    boolean happens = fault == CommitFault.ANSWER_LOST;
    BranchId committed = newBranch();
    branches.prepare(committed, List.of(TestStore.send(ORDERS, "a", clock.now())));
    // The first COMMIT is that of reading the plan.
    database.failCommit(1, fault, () -> {});
    report(
        happens,
        () -> assertThat(branches.commitPrepared(committed)).isEqualTo(BranchState.PREPARED));
    assertThat(branches.commitPrepared(committed))
        .isEqualTo(happens ? BranchState.COMMITTED_UNRELEASED : BranchState.PREPARED);

    BranchId rolledBack = newBranch();
    branches.prepare(rolledBack, List.of(TestStore.send(ORDERS, "b", clock.now())));
    database.failNextCommit(fault, () -> {});
    report(
        happens,
        () -> assertThat(branches.rollbackPrepared(rolledBack)).isEqualTo(BranchState.PREPARED));
    assertThat(branches.rollbackPrepared(rolledBack))
        .isEqualTo(happens ? BranchState.ROLLED_BACK : BranchState.PREPARED);
  }

  @Test
  @Tag("C2")
  void aCommitThatIsStillUnderWayIsWaitedFor() throws Exception {
    BranchId id = newBranch();
    database.failNextCommit(CommitFault.HAPPENS_LATER, () -> {});
    CompletableFuture<Void> prepare =
        CompletableFuture.runAsync(
            () -> branches.prepare(id, List.of(TestStore.send(ORDERS, "a", clock.now()))));
    assertWaits(prepare);
    CompletableFuture<BranchState> state = CompletableFuture.supplyAsync(() -> branches.state(id));
    assertWaits(state);

    database.finishDelayedCommit();

    prepare.get(10, TimeUnit.SECONDS);
    assertThat(state.get(10, TimeUnit.SECONDS)).isEqualTo(BranchState.PREPARED);
  }

  private static void assertWaits(CompletableFuture<?> future) {
    assertThatThrownBy(() -> future.get(300, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
  }

  @Test
  @Tag("C2")
  void whatCannotBeReadBackIsUndecidedAndKnownLater() {
    BranchId id = newBranch();
    database.failNextCommit(CommitFault.ANSWER_LOST, () -> database.down(true));

    assertThatThrownBy(
            () -> branches.prepare(id, List.of(TestStore.send(ORDERS, "a", clock.now()))))
        .isInstanceOf(UndecidedException.class);

    assertThatThrownBy(() -> branches.state(id))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
              assertThat(e.retryable()).isTrue();
            });
    database.down(false);
    assertThat(branches.state(id)).isEqualTo(BranchState.PREPARED);
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitFault.class,
      names = {"NEVER_HAPPENS", "ANSWER_LOST"})
  @Tag("C2")
  void leasesSurviveLostCommits(CommitFault fault) {
    boolean happens = fault == CommitFault.ANSWER_LOST;
    send("a");
    database.failNextCommit(fault, () -> {});
    if (happens) {
      assertThat(claim(ORDERS, 1)).hasSize(1);
    } else {
      assertThatThrownBy(() -> claim(ORDERS, 1)).isInstanceOf(QueueException.class);
      assertThat(claim(ORDERS, 1)).hasSize(1);
    }
    Lease lease = store.leases().heldUnder(term).get(0);
    database.failNextCommit(fault, () -> {});
    report(
        happens,
        () ->
            assertThat(store.leases().recordFailure(lease, AttemptFailure.bySchedule("x")))
                .containsInstanceOf(FailureResult.Rescheduled.class));
    assertThat(store.leases().isHeld(lease)).isNotEqualTo(happens);
  }

  private static void report(boolean happens, Runnable work) {
    if (happens) {
      work.run();
    } else {
      assertThatThrownBy(work::run)
          .isInstanceOf(QueueException.class)
          .isNotInstanceOf(UndecidedException.class)
          .satisfies(e -> assertThat(((QueueException) e).retryable()).isTrue());
    }
  }

  // ---- locks

  @Test
  @Tag("C4")
  void keeperAndReaperDoNotWaitForASettlementThatIsNotCommittedYet() throws Exception {
    Lease lease = leased("a").lease();
    try (Connection user = jdbc().connect()) {
      user.setAutoCommit(false);
      user.createStatement().execute("delete from wb_delivery");
      user.createStatement().execute("delete from wb_lease");

      assertThat(
              store
                  .leases()
                  .renewTerms(List.of(new LeaseStore.TermExpiry(term, clock.now().plus(LEASE)))))
          .containsExactly(term);
      clock.advance(LEASE);
      assertThat(store.leases().expire(10)).isEmpty();
      assertThat(claim(ORDERS, 1)).isEmpty();
      user.rollback();
    }
    assertThat(store.leases().isHeld(lease)).isTrue();
    assertThat(store.leases().expire(10)).hasSize(1);
  }

  @Test
  @Tag("C2")
  void whetherALeaseIsHeldWaitsForATransactionThatIsEndingIt() throws Exception {
    Lease lease = leased("a").lease();
    try (Connection user = jdbc().connect()) {
      user.setAutoCommit(false);
      user.createStatement().execute("delete from wb_delivery");
      CompletableFuture<Boolean> held =
          CompletableFuture.supplyAsync(() -> store.leases().isHeld(lease));
      assertWaits(held);
      user.commit();
      assertThat(held.get(10, TimeUnit.SECONDS)).isFalse();
    }
  }

  // ---- words

  QueueStore open(String node, String incarnation) {
    return QueueStores.open(
        TestStore.options(
            TestStore.pooled(new FaultyDataSource(url())),
            SchemaMode.MIGRATE,
            clock,
            true,
            node,
            incarnation));
  }

  BranchId newBranch() {
    return new BranchId(0x57, "0a" + (100 + branchNumber++), "0b");
  }

  void send(String text) {
    branches.commitLocal(List.of(TestStore.send(ORDERS, text, clock.now())));
  }

  LeasedMessage leased(String text) {
    send(text);
    return claim(ORDERS, 1).get(0);
  }

  List<LeasedMessage> claim(QueueName queue, int count) {
    return store.leases().claim(request(term, count, RetryPolicy.DEFAULT, queue));
  }
}
