package dev.waybill.core.branch;

import static dev.waybill.core.branch.Samples.DEAD_LETTERS;
import static dev.waybill.core.branch.Samples.LEASE;
import static dev.waybill.core.branch.Samples.ORDERS;
import static dev.waybill.core.branch.Samples.send;
import static dev.waybill.core.branch.Samples.xid;
import static javax.transaction.xa.XAResource.TMFAIL;
import static javax.transaction.xa.XAResource.TMJOIN;
import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMONEPHASE;
import static javax.transaction.xa.XAResource.TMRESUME;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static javax.transaction.xa.XAResource.TMSUSPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.InMemoryBranchStore.Fault;
import dev.waybill.core.branch.XaBranch.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The transaction manager's side of open branches: flags, codes, and what becomes of a branch. */
class XaBranchesTest extends XaBranchesFixture {

  @Test
  @Tag("S1")
  void onePhaseCommitWritesTheOperationsAndWakesTheirQueues() throws XAException {
    XaBranch branch = ended(1, send("a"), send("b"));

    branches.commit(xid(1), true);

    assertThat(store.committed).containsExactly(send("a"), send("b"));
    assertThat(store.calls).containsExactly("commitOnePhase");
    assertThat(events.visible).containsExactly(Set.of(ORDERS));
    assertThat(branch.outcome()).isEqualTo(Outcome.COMMITTED);
  }

  @Test
  @Tag("S1")
  void rollbackOfAnOpenBranchTouchesNoStore() throws XAException {
    XaBranch branch = ended(1, send("a"));

    branches.rollback(xid(1));

    assertThat(store.calls).isEmpty();
    assertThat(branch.outcome()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(branches.ofTransaction("t1")).isEmpty();
  }

  @Test
  void anEmptyBranchIsReadOnlyAndForgotten() throws XAException {
    ended(1);

    assertThat(branches.prepare(xid(1))).isEqualTo(XAResource.XA_RDONLY);
    assertThat(store.calls).isEmpty();
    assertXa(XAException.XAER_NOTA, () -> branches.prepare(xid(1)));
  }

  @Test
  void anEmptyBranchCommitsInOnePhaseWithoutTheStore() throws XAException {
    XaBranch branch = ended(1);

    branches.commit(xid(1), true);

    assertThat(store.calls).isEmpty();
    assertThat(events.visible).isEmpty();
    assertThat(branch.outcome()).isEqualTo(Outcome.COMMITTED);
  }

  @Test
  void aXidIsStartedOnce() throws XAException {
    branches.start(xid(1), TMNOFLAGS);

    assertXa(XAException.XAER_DUPID, () -> branches.start(xid(1), TMNOFLAGS));
  }

  @ParameterizedTest
  @CsvSource({"0x00200000", "0x08000000"})
  @Tag("C6")
  void joiningOrResumingAnUnknownBranchIsAnError(String flag) {
    assertXa(XAException.XAER_NOTA, () -> branches.start(xid(1), Integer.decode(flag)));
  }

  @Test
  void otherFlagsAreInvalid() throws XAException {
    assertXa(XAException.XAER_INVAL, () -> branches.start(xid(1), TMONEPHASE));
    branches.start(xid(1), TMNOFLAGS);
    assertXa(XAException.XAER_INVAL, () -> branches.end(xid(1), TMNOFLAGS));
  }

  @Test
  @Tag("C6")
  void allInstancesShareTheBranchOfAnXid() throws XAException {
    XaBranch first = branches.start(xid(1), TMNOFLAGS);
    XaBranch joined = branches.start(xid(1), TMJOIN);
    first.add(List.of(send("bean")));
    joined.add(List.of(send("producer")));
    branches.end(xid(1), TMSUCCESS);
    branches.end(xid(1), TMSUCCESS);

    branches.prepare(xid(1));
    branches.commit(xid(1), false);

    assertThat(joined).isSameAs(first);
    assertThat(store.committed).containsExactly(send("bean"), send("producer"));
  }

  @Test
  @Tag("C6")
  void aBranchIsNotPreparedWhileAnAssociationIsLeft() throws XAException {
    XaBranch branch = branches.start(xid(1), TMNOFLAGS);
    branch.add(List.of(send("a")));
    branches.start(xid(1), TMJOIN);
    branches.end(xid(1), TMSUCCESS);

    assertXa(XAException.XAER_PROTO, () -> branches.prepare(xid(1)));
    assertXa(XAException.XAER_PROTO, () -> branches.commit(xid(1), true));

    branches.end(xid(1), TMSUCCESS);
    assertThat(branches.prepare(xid(1))).isEqualTo(XAResource.XA_OK);
  }

  @Test
  @Tag("C6")
  void suspendAndResumeAreCounted() throws XAException {
    XaBranch branch = branches.start(xid(1), TMNOFLAGS);
    branch.add(List.of(send("a")));
    branches.end(xid(1), TMSUSPEND);
    assertThat(branches.start(xid(1), TMRESUME)).isSameAs(branch);
    assertXa(XAException.XAER_PROTO, () -> branches.start(xid(1), TMRESUME));
    branches.end(xid(1), TMSUSPEND);
    branches.end(xid(1), TMSUCCESS);
    assertXa(XAException.XAER_PROTO, () -> branches.end(xid(1), TMSUCCESS));

    branches.commit(xid(1), true);

    assertThat(store.committed).containsExactly(send("a"));
  }

  @Test
  @Tag("C6")
  void theFirstBranchOfATransactionStaysItsBranch() throws XAException {
    XaBranch first = branches.start(xid(1), TMNOFLAGS);
    XaBranch second = branches.start(xid(2), TMNOFLAGS);

    assertThat(branches.ofTransaction("t1")).containsSame(first);
    branches.end(xid(2), TMSUCCESS);
    branches.rollback(xid(2));
    assertThat(second.outcome()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(branches.ofTransaction("t1")).containsSame(first);
    assertThat(branches.ofTransaction("t2")).isEmpty();
    assertThat(branches.ofTransaction(null)).isEmpty();
  }

  @Test
  @Tag("C8")
  void endWithFailureLeavesOnlyRollback() throws XAException {
    XaBranch branch = branches.start(xid(1), TMNOFLAGS);
    branch.add(List.of(send("a")));
    branches.end(xid(1), TMFAIL);

    assertThatThrownBy(() -> branch.add(List.of(send("b"))))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.CONFLICT));
    assertXa(XAException.XA_RBROLLBACK, () -> branches.start(xid(1), TMJOIN));
    assertXa(XAException.XA_RBROLLBACK, () -> branches.commit(xid(1), true));
    assertThat(branch.outcome()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(store.calls).isEmpty();
  }

  @Test
  void aBranchMarkedForRollbackIsNotPrepared() throws XAException {
    XaBranch branch = ended(1, send("a"));
    branch.setRollbackOnly();

    assertXa(XAException.XA_RBROLLBACK, () -> branches.prepare(xid(1)));
    assertThat(branch.outcome()).isEqualTo(Outcome.ROLLED_BACK);
  }

  @Test
  @Tag("C9")
  void aLostLeaseRollsTheTransactionBack() throws XAException {
    XaBranch onePhase = ended(1, new Operation.Complete(LEASE));
    store.fault = Fault.LEASE_LOST;

    assertXa(XAException.XA_RBROLLBACK, () -> branches.commit(xid(1), true));
    assertThat(onePhase.leaseLost()).isTrue();
    assertThat(onePhase.outcome()).isEqualTo(Outcome.ROLLED_BACK);

    store.fault = Fault.NONE;
    XaBranch twoPhase = ended(2, new Operation.Complete(LEASE));
    store.fault = Fault.LEASE_LOST;
    assertXa(XAException.XA_RBROLLBACK, () -> branches.prepare(xid(2)));
    assertThat(twoPhase.leaseLost()).isTrue();
  }

  @Test
  void aStoreOutOfReachRollsAnUnpreparedBranchBack() throws XAException {
    ended(1, send("a"));
    ended(2, send("b"));
    store.fault = Fault.UNAVAILABLE;
    assertXa(XAException.XA_RBCOMMFAIL, () -> branches.commit(xid(1), true));
    store.fault = Fault.BROKEN;
    assertXa(XAException.XA_RBROLLBACK, () -> branches.prepare(xid(2)));
  }

  @Test
  void settlementsWakeWhereTheirMessageMayAppear() throws XAException {
    ended(1, new Operation.Retry(LEASE, Optional.empty()));
    branches.commit(xid(1), true);
    assertThat(events.visible).containsExactly(Set.of(ORDERS, DEAD_LETTERS));

    prepared(2, new Operation.Reject(LEASE, "no"), send("a"));
    branches.commit(xid(2), false);
    assertThat(events.visible).hasSize(2).element(1).isEqualTo(Set.of(ORDERS, DEAD_LETTERS));

    ended(3, new Operation.Complete(LEASE));
    branches.commit(xid(3), true);
    assertThat(events.visible).hasSize(2);
  }

  @Test
  void aBranchStartedWithoutAVisibleTransactionIsNobodysCurrentBranch() throws XAException {
    transaction.status = TransactionContext.Status.NONE;
    transaction.key = null;
    XaBranch branch = ended(1, send("a"));

    branches.commit(xid(1), true);

    assertThat(branch.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(transaction.callbacks).isEmpty();
  }
}
