package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Released;
import dev.waybill.core.model.Lease;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a node may do with the branches of others. */
abstract class NodeBranchRules extends NodeNameRules {

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
                () -> branches.release(id).queues().size(),
                () -> two.upkeep().release(id).queues().size(),
                () -> three.upkeep().release(id).queues().size()));

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
          .isEqualTo(Released.NOTHING);

      stalled.rollback();
    }
    assertThat(two.upkeep().release(id).queues()).containsExactly(ORDERS);
  }
}
