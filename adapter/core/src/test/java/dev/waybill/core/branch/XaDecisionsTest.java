package dev.waybill.core.branch;

import static dev.waybill.core.branch.Samples.id;
import static dev.waybill.core.branch.Samples.send;
import static dev.waybill.core.branch.Samples.xid;
import static javax.transaction.xa.XAResource.TMENDRSCAN;
import static javax.transaction.xa.XAResource.TMJOIN;
import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMSTARTRSCAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.InMemoryBranchStore.Fault;
import dev.waybill.core.branch.XaBranch.Outcome;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prepared branches and lost answers: what is decided, by whom, and when messages are released. */
class XaDecisionsTest extends XaBranchesFixture {

  @Test
  @Tag("C13")
  void theRollbackOfAHeldBranchIsRefusedForNowAndItsCommitIsNot() throws XAException {
    XaBranch branch = prepared(1, send("a"));
    store.hold(List.of(id(1)));

    assertXa(XAException.XAER_RMFAIL, () -> branches.rollback(xid(1)));
    assertThat(branch.outcome()).isEqualTo(Outcome.IN_DOUBT);
    branches.commit(xid(1), false);

    assertThat(branch.outcome()).isEqualTo(Outcome.COMMITTED);
  }

  @Test
  @Tag("C2")
  void aOnePhaseCommitWithoutAnswerIsFinishedWhenAskedAgain() throws XAException {
    XaBranch branch = ended(1, send("a"));
    store.fault = Fault.UNDECIDED_DONE;
    assertXa(XAException.XAER_RMFAIL, () -> branches.commit(xid(1), true));
    assertThat(branch.outcome()).isEqualTo(Outcome.UNKNOWN);

    store.fault = Fault.NONE;
    branches.commit(xid(1), true);

    assertThat(branch.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(store.committed).containsExactly(send("a"));
  }

  @Test
  @Tag("C2")
  void aOnePhaseCommitWithoutAnswerThatDidNotHappenNeverWill() throws XAException {
    XaBranch branch = ended(1, send("a"));
    store.fault = Fault.UNDECIDED_NOT_DONE;
    assertXa(XAException.XAER_RMFAIL, () -> branches.commit(xid(1), true));

    store.fault = Fault.NONE;
    assertXa(XAException.XA_RBCOMMFAIL, () -> branches.commit(xid(1), true));

    assertThat(branch.outcome()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(store.state(id(1))).isEqualTo(BranchState.ABORTED);
  }

  @ParameterizedTest
  @CsvSource({"UNDECIDED_DONE,COMMITTED", "UNDECIDED_NOT_DONE,ROLLED_BACK"})
  @Tag("C2")
  void aOnePhaseCommitWithoutAnswerIsFoundOutIfNobodyAsksAgain(Fault fault, Outcome outcome)
      throws XAException {
    XaBranch branch = ended(1, send("a"));
    store.fault = fault;
    assertXa(XAException.XAER_RMFAIL, () -> branches.commit(xid(1), true));
    store.fault = Fault.UNAVAILABLE;
    assertThat(later.run()).isEqualTo(1);
    assertThat(branch.outcome()).isEqualTo(Outcome.UNKNOWN);

    store.fault = Fault.NONE;
    assertThat(later.run()).isEqualTo(1);

    assertThat(branch.outcome()).isEqualTo(outcome);
    assertThat(events.visible).hasSize(outcome == Outcome.COMMITTED ? 1 : 0);
    assertThat(later.run()).isZero();
    branches.recover(TMSTARTRSCAN);
    assertThat(store.asked).isEmpty();
    assertThat(branches.start(xid(1), TMNOFLAGS)).isNotSameAs(branch);
  }

  @Test
  @Tag("C2")
  void aPrepareWithoutAnswerThatHappenedIsLeftToRecovery() throws XAException {
    XaBranch branch = ended(1, send("a"));
    store.fault = Fault.UNDECIDED_DONE;
    assertXa(XAException.XAER_RMFAIL, () -> branches.prepare(xid(1)));

    store.fault = Fault.NONE;
    later.run();

    assertThat(branch.outcome()).isEqualTo(Outcome.IN_DOUBT);
    branches.recover(TMSTARTRSCAN);
    assertThat(store.asked).containsExactly(id(1));
    branches.rollback(xid(1));
    assertThat(branch.outcome()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(later.run()).isZero();
  }

  @Test
  @Tag("C2")
  void anAnswerThatTheTransactionManagerGotIsNotLookedForAgain() throws XAException {
    ended(1, send("a"));
    store.fault = Fault.UNDECIDED_DONE;
    assertXa(XAException.XAER_RMFAIL, () -> branches.commit(xid(1), true));
    store.fault = Fault.NONE;
    branches.commit(xid(1), true);
    store.calls.clear();

    assertThat(later.run()).isEqualTo(1);

    assertThat(store.calls).isEmpty();
    assertThat(later.run()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"UNDECIDED_DONE,ROLLED_BACK", "UNDECIDED_NOT_DONE,ABORTED"})
  @Tag("C2")
  void aPrepareWithoutAnswerIsRolledBackWhateverHadHappened(Fault fault, BranchState after)
      throws XAException {
    XaBranch branch = ended(1, send("a"));
    store.fault = fault;
    assertXa(XAException.XAER_RMFAIL, () -> branches.prepare(xid(1)));

    store.fault = Fault.NONE;
    branches.rollback(xid(1));

    assertThat(store.state(id(1))).isEqualTo(after);
    assertThat(branch.outcome()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(store.committed).isEmpty();
  }

  @Test
  @Tag("C2")
  void aRollbackOfACommitWithoutAnswerThatHappenedSaysSo() throws XAException {
    XaBranch branch = ended(1, send("a"));
    store.fault = Fault.UNDECIDED_DONE;
    assertXa(XAException.XAER_RMFAIL, () -> branches.commit(xid(1), true));

    store.fault = Fault.NONE;
    assertXa(XAException.XA_HEURCOM, () -> branches.rollback(xid(1)));

    assertThat(branch.outcome()).isEqualTo(Outcome.COMMITTED);
  }

  @Test
  @Tag("C12")
  void aPreparedBranchIsCommittedByAnyInstanceAlsoInOnePhase() throws XAException {
    prepared(1, send("a"));
    prepared(2, send("b"));
    XaBranches restarted = new XaBranches(() -> store, new FakeTransaction(), events, later);

    restarted.commit(xid(1), false);
    restarted.commit(xid(2), true);

    assertThat(store.committed).containsExactly(send("a"), send("b"));
    restarted.commit(xid(1), false);
    assertThat(store.committed).hasSize(2);
  }

  @Test
  @Tag("C12")
  void twoPhaseCommitOfAnUnpreparedBranchIsAProtocolError() throws XAException {
    XaBranch branch = ended(1, send("a"));

    assertXa(XAException.XAER_PROTO, () -> branches.commit(xid(1), false));

    assertThat(branch.outcome()).isEqualTo(Outcome.OPEN);
  }

  @Test
  void aPreparedBranchIsNotPreparedAgainNorStarted() throws XAException {
    XaBranch branch = prepared(1, send("a"));

    assertXa(XAException.XAER_PROTO, () -> branches.prepare(xid(1)));
    assertXa(XAException.XAER_PROTO, () -> branches.start(xid(1), TMJOIN));
    assertThatThrownBy(() -> branch.add(List.of(send("b")))).isInstanceOf(QueueException.class);
  }

  /** What commit and rollback answer for each state that is found in the row. */
  @ParameterizedTest
  @CsvSource({
    "UNKNOWN, NOTA, NOTA",
    "PREPARED, OK, OK",
    "COMMITTED_UNRELEASED, OK, HEURCOM",
    "COMMITTED, OK, HEURCOM",
    "ROLLED_BACK, HEURRB, OK",
    "ABORTED, HEURRB, OK",
    "HEURISTICALLY_COMMITTED, HEURCOM, HEURCOM",
    "HEURISTICALLY_ROLLED_BACK, HEURRB, HEURRB",
  })
  @Tag("C12")
  void theRowDecidesWhatLateDecisionsAreAnswered(
      BranchState found, String onCommit, String onRollback) {
    if (found != BranchState.UNKNOWN) {
      store.rows.put(id(1), found);
      store.rows.put(id(2), found);
    }
    assertAnswer(onCommit, () -> branches.commit(xid(1), false));
    assertAnswer(onRollback, () -> branches.rollback(xid(2)));
  }

  private static void assertAnswer(String answer, ThrowingCallable call) {
    switch (answer) {
      case "OK" -> assertThatCode(call).doesNotThrowAnyException();
      case "NOTA" -> assertXa(XAException.XAER_NOTA, call);
      case "HEURRB" -> assertXa(XAException.XA_HEURRB, call);
      default -> assertXa(XAException.XA_HEURCOM, call);
    }
  }

  @Test
  @Tag("C1")
  void aDecisionThatFailedIsAskedForByRecovery() throws XAException {
    XaBranch branch = prepared(1, send("a"));
    store.fault = Fault.UNAVAILABLE;
    assertXa(XAException.XA_RETRY, () -> branches.commit(xid(1), false));
    assertThat(branch.outcome()).isEqualTo(Outcome.IN_DOUBT);

    store.fault = Fault.NONE;
    assertThat(branches.recover(TMSTARTRSCAN)).hasSize(1);
    assertThat(store.asked).containsExactly(id(1));

    branches.commit(xid(1), false);
    branches.recover(TMSTARTRSCAN);
    assertThat(store.asked).isEmpty();
  }

  @Test
  @Tag("C12")
  @Tag("G2")
  void aCommitThatCouldNotBeWrittenIsWrittenEvenIfNobodyAsksAgain() throws XAException {
    XaBranch branch = prepared(1, send("a"));
    transaction.complete(true);
    store.fault = Fault.UNAVAILABLE;
    assertXa(XAException.XA_RETRY, () -> branches.commit(xid(1), false));
    assertThat(later.run()).isEqualTo(1);
    assertThat(branch.outcome()).isEqualTo(Outcome.IN_DOUBT);

    store.fault = Fault.NONE;
    assertThat(later.run()).isEqualTo(1);

    assertThat(branch.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(store.committed).containsExactly(send("a"));
    assertThat(events.releasable).containsExactly(id(1));
    assertThat(later.run()).isZero();
    branches.commit(xid(1), false);
  }

  @Test
  @Tag("C12")
  void aCommitThatCannotBeWrittenHoldsUpNoOther() throws XAException {
    prepared(1, send("a"));
    XaBranch second = prepared(2, send("b"));
    store.fault = Fault.UNAVAILABLE;
    assertXa(XAException.XA_RETRY, () -> branches.commit(xid(1), false));
    assertXa(XAException.XA_RETRY, () -> branches.commit(xid(2), false));

    store.fault = Fault.NONE;
    store.broken = id(1);
    later.run();

    assertThat(second.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(store.committed).containsExactly(send("b"));
    assertThat(later.run()).isEqualTo(1);
  }

  @Test
  @Tag("C12")
  @Tag("G2")
  void aDecisionThatTheTransactionManagerForgotIsCommittedAllTheSame() throws XAException {
    XaBranch branch = prepared(1, send("a"));
    store.fault = Fault.UNAVAILABLE;
    assertXa(XAException.XA_RETRY, () -> branches.commit(xid(1), false));
    assertXa(XAException.XAER_RMFAIL, () -> branches.rollback(xid(1)));

    store.fault = Fault.NONE;
    assertXa(XAException.XA_HEURCOM, () -> branches.rollback(xid(1)));

    assertThat(branch.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(store.committed).containsExactly(send("a"));
  }

  @Test
  void recoverListsAllAtTheStartOfAScanAndNothingAfterwards() throws XAException {
    prepared(1, send("a"));
    prepared(2, send("b"));

    Xid[] found = branches.recover(TMSTARTRSCAN | TMENDRSCAN);

    assertThat(found).containsExactly(xid(1), xid(2));
    assertThat(branches.recover(TMNOFLAGS)).isEmpty();
    assertThat(branches.recover(TMENDRSCAN)).isEmpty();
  }

  @Test
  @Tag("C13")
  void recoverNeverSaysNothingWhileTheStoreIsOutOfReach() {
    store.fault = Fault.UNAVAILABLE;
    assertXa(XAException.XAER_RMFAIL, () -> branches.recover(TMSTARTRSCAN));
    assertXa(XAException.XAER_RMFAIL, () -> branches.forget(xid(1)));
  }

  @Test
  @Tag("C12")
  void forgetRemovesTheRow() throws XAException {
    store.rows.put(id(1), BranchState.HEURISTICALLY_ROLLED_BACK);

    branches.forget(xid(1));

    assertXa(XAException.XAER_NOTA, () -> branches.commit(xid(1), false));
  }

  @Test
  @Tag("C3")
  @Tag("G6")
  void messagesOfATwoPhaseCommitAreReleasedAfterCompletion() throws XAException {
    prepared(1, send("a"));
    branches.commit(xid(1), false);
    assertThat(events.releasable).isEmpty();
    assertThat(events.visible).isEmpty();

    transaction.complete(true);

    assertThat(events.releasable).containsExactly(id(1));
  }

  @Test
  @Tag("C3")
  @Tag("G6")
  void messagesAreReleasedAtOnceWhenTheCommitComesAfterCompletion() throws XAException {
    prepared(1, send("a"));
    store.fault = Fault.UNAVAILABLE;
    assertXa(XAException.XA_RETRY, () -> branches.commit(xid(1), false));
    transaction.complete(true);
    assertThat(events.releasable).isEmpty();

    store.fault = Fault.NONE;
    branches.commit(xid(1), false);

    assertThat(events.releasable).containsExactly(id(1));
  }

  @Test
  @Tag("C3")
  @Tag("G6")
  void aCommitByRecoveryLeavesTheReleaseToTheLongestHold() throws XAException {
    store.rows.put(id(1), BranchState.PREPARED);

    branches.commit(xid(1), false);

    assertThat(events.releasable).isEmpty();
    assertThat(store.state(id(1))).isEqualTo(BranchState.COMMITTED_UNRELEASED);
  }

  @Test
  @Tag("C3")
  void nothingIsReleasedAfterARollback() throws XAException {
    prepared(1, send("a"));
    branches.rollback(xid(1));

    transaction.complete(false);

    assertThat(events.releasable).isEmpty();
  }
}
