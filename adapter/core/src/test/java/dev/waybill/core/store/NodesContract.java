package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.FaultyDataSource.CommitFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What any store must do for several nodes on one database. */
abstract class NodesContract extends NodeBranchRules {

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
