package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.SHIPMENTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.branch.BranchStore;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.UndecidedException;
import dev.waybill.core.model.Lease;
import dev.waybill.core.store.FaultyDataSource.CommitFault;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What any store must do about branches. A second database is one subclass. */
abstract class BranchStoreContract extends TwoPhaseContract {

  // ---- recovery

  @Test
  @Tag("C1")
  @Tag("G4")
  void recoverySeesBranchesOfEarlierStartsOnly() {
    BranchId id = newBranch();
    branches.prepare(id, List.of(TestStore.send(ORDERS, "a", clock.now())));

    assertThat(branches.inDoubt(Set.of())).isEmpty();
    assertThat(branches.inDoubt(Set.of(id))).containsExactly(id);
    try (QueueStore restarted = reopened("i2")) {
      assertThat(restarted.branches().inDoubt(Set.of())).containsExactly(id);
      assertThat(restarted.branches().commitPrepared(id)).isEqualTo(BranchState.PREPARED);
      assertThat(restarted.branches().inDoubt(Set.of())).isEmpty();
    }
  }

  @Test
  @Tag("C1")
  @Tag("G4")
  void recoveryOfAnotherNodeSeesThemOnceTheirNodeIsGone() {
    BranchId id = newBranch();
    branches.prepare(id, List.of(TestStore.send(ORDERS, "a", clock.now())));
    try (QueueStore other = open("n2", "i1")) {
      clock.advance(Duration.ofSeconds(29));
      assertThat(other.branches().inDoubt(Set.of())).isEmpty();
      store.beat();
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

  @Test
  @Tag("C13")
  void aHeldBranchIsNotRolledBackAlsoAfterARestartUntilItIsReleased() {
    BranchId id = newBranch();
    branches.prepare(id, List.of(TestStore.send(ORDERS, "a", clock.now())));
    branches.hold(List.of(id));
    try (QueueStore restarted = reopened("i2")) {
      BranchStore later = restarted.branches();
      assertThat(later.inDoubt(Set.of())).containsExactly(id);
      assertThatThrownBy(() -> later.rollbackPrepared(id))
          .isInstanceOfSatisfying(
              QueueException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
                assertThat(e.retryable()).isTrue();
              })
          .hasMessageContainingAll(
              id.key(), "update wb_branch set held_at = null where id = '" + id.key() + "'");
      assertThat(later.state(id)).isEqualTo(BranchState.PREPARED);

      jdbc().execute("update wb_branch set held_at = null where id = '" + id.key() + "'");

      assertThat(later.rollbackPrepared(id)).isEqualTo(BranchState.PREPARED);
      assertThat(later.state(id)).isEqualTo(BranchState.ROLLED_BACK);
    }
  }

  @Test
  @Tag("C13")
  void theCommitOfAHeldBranchGoesThroughAndEndsTheHold() {
    BranchId id = newBranch();
    branches.prepare(id, List.of(TestStore.send(ORDERS, "a", clock.now())));
    branches.hold(List.of(id));

    assertThat(branches.commitPrepared(id)).isEqualTo(BranchState.PREPARED);

    assertThat(branches.state(id)).isEqualTo(BranchState.COMMITTED_UNRELEASED);
    assertThat(jdbc().number("select count(*) from wb_branch where held_at is not null")).isZero();
  }

  @Test
  @Tag("C13")
  void onlyPreparedBranchesAreHeldAndAHoldKeepsItsFirstTime() {
    BranchId prepared = newBranch();
    branches.prepare(prepared, List.of(TestStore.send(ORDERS, "a", clock.now())));
    BranchId committed = newBranch();
    branches.commitOnePhase(committed, List.of(TestStore.send(ORDERS, "b", clock.now())));
    branches.hold(List.of(prepared, committed, newBranch()));
    long first = jdbc().number("select max(held_at) from wb_branch");
    clock.advance(Duration.ofSeconds(1));
    branches.hold(List.of(prepared));

    assertThat(jdbc().number("select count(*) from wb_branch where held_at is not null")).isOne();
    assertThat(jdbc().number("select max(held_at) from wb_branch")).isEqualTo(first);
  }

  @Test
  @Tag("C1")
  void branchesOfThisStartAreSeenOnceTheirGraceTimeIsOver() {
    BranchId id = newBranch();
    branches.prepare(id, List.of(TestStore.send(ORDERS, "a", clock.now())));

    clock.advance(InDoubtBranches.GRACE.minusMillis(1));
    assertThat(branches.inDoubt(Set.of())).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(branches.inDoubt(Set.of())).containsExactly(id);
  }

  // ---- lost commits

  @ParameterizedTest
  @EnumSource(
      value = CommitFault.class,
      names = {"NEVER_HAPPENS", "ANSWER_LOST"})
  @Tag("C2")
  @Tag("G7")
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
  @Tag("G7")
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
  @Tag("G7")
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

  @Test
  @Tag("C2")
  void aBranchWithoutAnAnswerIsDecidedForGood() {
    BranchId never = newBranch();
    assertThat(branches.abortUnlessDecided(never)).isEqualTo(BranchState.ABORTED);
    assertThat(branches.abortUnlessDecided(never)).isEqualTo(BranchState.ABORTED);
    assertThatThrownBy(
            () -> branches.prepare(never, List.of(TestStore.send(ORDERS, "a", clock.now()))))
        .isInstanceOf(QueueException.class);
    assertThatThrownBy(
            () -> branches.commitOnePhase(never, List.of(TestStore.send(ORDERS, "a", clock.now()))))
        .isInstanceOf(QueueException.class);
    assertThat(jdbc().number("select count(*) from wb_message")).isZero();

    BranchId prepared = newBranch();
    branches.prepare(prepared, List.of(TestStore.send(ORDERS, "a", clock.now())));
    assertThat(branches.abortUnlessDecided(prepared)).isEqualTo(BranchState.PREPARED);
  }

  private static void assertWaits(CompletableFuture<?> future) {
    assertThatThrownBy(() -> future.get(300, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
  }

  @Test
  @Tag("C2")
  @Tag("G7")
  void whatCannotBeReadBackIsUndecidedAndKnownLater() {
    BranchId id = newBranch();
    database.failNextCommit(CommitFault.ANSWER_LOST, () -> database.down(true));

    assertThatThrownBy(
            () -> branches.prepare(id, List.of(TestStore.send(ORDERS, "a", clock.now()))))
        .isInstanceOfSatisfying(
            UndecidedException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
              assertThat(e.retryable()).isFalse();
            });

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
  @Tag("G7")
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

  @Test
  @Tag("INTERNAL")
  void aRefusedStatementIsInternalUndoneAndNotWorthARetry() {
    jdbc().execute("alter table wb_delivery rename to wb_gone");
    try {
      assertThatThrownBy(() -> send("a"))
          .isInstanceOfSatisfying(
              QueueException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(Kind.INTERNAL);
                assertThat(e.retryable()).isFalse();
              })
          .hasMessageContaining("Nothing was done");
      assertThat(jdbc().number("select count(*) from wb_message")).isZero();
    } finally {
      jdbc().execute("alter table wb_gone rename to wb_delivery");
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
}
