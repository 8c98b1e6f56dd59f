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
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.branch.Operation.Reject;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.branch.Released;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What any store must do about branches in two phases. */
abstract class TwoPhaseContract extends BranchFixture {

  // ---- two phases

  @Test
  @Tag("C3")
  @Tag("G6")
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

    assertThat(branches.release(id)).isEqualTo(new Released(Set.of(ORDERS, SHIPMENTS), false));
    assertThat(branches.state(id)).isEqualTo(BranchState.COMMITTED);
    assertThat(branches.release(id)).isEqualTo(Released.NOTHING);
    assertThat(claim(ORDERS, 2)).extracting(TestStore::text).containsExactly("a");
    assertThat(claim(SHIPMENTS, 2)).extracting(TestStore::text).containsExactly("b");
  }

  @Test
  @Tag("S4")
  @Tag("G6")
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
    assertThat(jdbc().number("select available_at from wb_delivery where lease_token is not null"))
        .isEqualTo(clock.now().getEpochSecond() * 1_000_000);
  }

  @Test
  @Tag("C3")
  @Tag("G6")
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
  @Tag("G6")
  void groupsThatAppearBeforeTheReleaseMissNothing() {
    BranchId id = newBranch();
    branches.prepare(id, List.of(TestStore.send(ORDERS, "a", clock.now())));
    LeaseStore.ClaimRequest audit =
        new LeaseStore.ClaimRequest(
            term,
            List.of(ORDERS),
            "audit",
            1,
            ClaimManner.COUNTED,
            Optional.empty(),
            RetryPolicy.DEFAULT);
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
    Duration kept = Duration.ofDays(1000);
    store.upkeep().prune(new Upkeep.Retention(kept, kept), 100);
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
  void outcomesOfOnePhaseCommitsAreKeptAsLongAsTombstonesAndThoseOfLocalOnesAreNot() {
    Upkeep.Retention retention = new Upkeep.Retention(Duration.ofDays(1), Duration.ofDays(7));
    BranchId id = newBranch();
    branches.commitOnePhase(id, List.of(TestStore.send(ORDERS, "a", clock.now())));
    send("b");
    store.upkeep().prune(retention, 10);
    assertThat(jdbc().number("select count(*) from wb_branch")).isEqualTo(2);
    clock.advance(Duration.ofMinutes(11));

    store.upkeep().prune(retention, 10);

    assertThat(branches.state(id)).isEqualTo(BranchState.COMMITTED);
    assertThat(jdbc().number("select count(*) from wb_branch")).isEqualTo(1);
    send("c");
    clock.advance(Duration.ofMinutes(11));
    store.upkeep().prune(retention, 10);
    assertThat(jdbc().number("select count(*) from wb_branch")).isEqualTo(1);
    clock.advance(Duration.ofDays(7));
    store.upkeep().prune(retention, 10);
    assertThat(branches.state(id)).isEqualTo(BranchState.UNKNOWN);
  }
}
