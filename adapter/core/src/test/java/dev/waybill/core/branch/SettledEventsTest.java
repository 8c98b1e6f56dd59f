package dev.waybill.core.branch;

import static dev.waybill.core.branch.Samples.LEASE;
import static dev.waybill.core.branch.Samples.id;
import static dev.waybill.core.branch.Samples.send;
import static dev.waybill.core.branch.Samples.xid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.core.branch.InMemoryBranchStore.Fault;
import dev.waybill.core.branch.Operation.Complete;
import java.util.List;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who waits for a settlement is told of it, response included, once it has committed. */
@Tag("S10")
class SettledEventsTest extends XaBranchesFixture {

  private static final Complete COMPLETE = new Complete(LEASE, "{\"total\":12}");

  private final LocalBranch local = new LocalBranch(store, events);
  private final JoinedBranch joined = new JoinedBranch(store, transaction, events);

  @Test
  void aLocalCommitTellsWhatItSettled() {
    local.add(List.of(send("a"), COMPLETE));
    assertThat(events.settled).containsExactly(COMPLETE);
    events.settled.clear();
    local.add(List.of(send("b")));
    assertThat(events.settled).isEmpty();
  }

  @Test
  @Tag("C2")
  void aLocalCommitThatMayHaveHappenedTellsNothing() {
    store.fault = Fault.UNDECIDED_DONE;
    assertThatThrownBy(() -> local.add(List.of(COMPLETE))).isInstanceOf(UndecidedException.class);
    assertThat(events.settled).isEmpty();
  }

  @Test
  void aJoinedBranchTellsAfterTheCommitAndOfNothingThatWasRolledBack() {
    joined.add(List.of(COMPLETE));
    assertThat(events.settled).isEmpty();
    transaction.complete(false);
    assertThat(events.settled).isEmpty();

    transaction.active("t2");
    joined.add(List.of(send("a")));
    joined.add(List.of(COMPLETE));
    transaction.complete(true);
    assertThat(events.settled).containsExactly(COMPLETE);
    assertThat(store.calls).contains("afterJoinedCommit");
  }

  @Test
  void aBranchTellsAfterItsCommitInOnePhaseAndInTwo() throws XAException {
    ended(1, COMPLETE);
    assertThat(events.settled).isEmpty();
    branches.commit(xid(1), true);
    assertThat(events.settled).containsExactly(COMPLETE);
    events.settled.clear();

    prepared(2, COMPLETE);
    assertThat(events.settled).isEmpty();
    branches.commit(xid(2), false);
    assertThat(events.settled).containsExactly(COMPLETE);
  }

  @Test
  void aBranchThatRollsBackTellsNothing() throws XAException {
    ended(1, COMPLETE);
    branches.rollback(xid(1));
    prepared(2, COMPLETE);
    branches.rollback(xid(2));
    assertThat(events.settled).isEmpty();
  }

  @Test
  @Tag("C2")
  void aBranchWithoutAnAnswerTellsOnceItIsKnownThatItCommitted() throws XAException {
    ended(1, COMPLETE);
    store.fault = Fault.UNDECIDED_DONE;
    assertXa(XAException.XAER_RMFAIL, () -> branches.commit(xid(1), true));
    assertThat(events.settled).isEmpty();
    store.fault = Fault.NONE;
    later.run();
    assertThat(store.state(id(1))).isEqualTo(BranchState.COMMITTED);
    assertThat(events.settled).containsExactly(COMPLETE);
  }
}
