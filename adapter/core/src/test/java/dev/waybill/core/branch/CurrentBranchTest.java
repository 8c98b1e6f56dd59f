package dev.waybill.core.branch;

import static dev.waybill.core.branch.Samples.send;
import static dev.waybill.core.branch.Samples.xid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CurrentBranchTest {

  private final InMemoryBranchStore store = new InMemoryBranchStore();
  private final FakeTransaction transaction = new FakeTransaction();
  private final RecordedEvents events = new RecordedEvents();
  private final XaBranches xa = new XaBranches(() -> store, transaction, events, new LaterTasks());
  private final LocalBranch local = new LocalBranch(store, events);
  private final Supplier<XaBranch> mustNotEnlist =
      () -> {
        throw new AssertionError("enlisted");
      };

  private CurrentBranch onXaPath() {
    return new CurrentBranch(transaction, local, Optional.empty(), xa);
  }

  private CurrentBranch onJoinedPath(JoinedBranch joined) {
    return new CurrentBranch(transaction, local, Optional.of(joined), xa);
  }

  private void assertInvalid(CurrentBranch branches, String says) {
    assertThatThrownBy(() -> branches.forSend(mustNotEnlist))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.INVALID))
        .hasMessageContaining(says)
        .hasMessageContaining("REQUIRES_NEW");
  }

  @AfterEach
  void leaveDelivery() {
    TransactedDelivery.leave();
  }

  @Test
  @Tag("S1")
  void withoutATransactionASendIsLocal() {
    assertThat(onXaPath().forSend(mustNotEnlist)).isSameAs(local);
  }

  @Test
  @Tag("C5")
  void onTheJoinedPathNothingIsEnlisted() {
    transaction.active("t1");
    JoinedBranch joined = new JoinedBranch(store, transaction, events);

    assertThat(onJoinedPath(joined).forSend(mustNotEnlist)).isSameAs(joined);
  }

  @Test
  @Tag("C6")
  void theFirstSendOfATransactionEnlistsAndTheNextUsesItsBranch() {
    transaction.active("t1");
    Supplier<XaBranch> enlist = () -> started(1);
    Branch first = onXaPath().forSend(enlist);

    assertThat(onXaPath().forSend(mustNotEnlist)).isSameAs(first);
  }

  private XaBranch started(int number) {
    try {
      return xa.start(xid(number), XAResource.TMNOFLAGS);
    } catch (XAException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @Tag("C6")
  void aTransactionOfItsOwnInsideADeliveryHasABranchOfItsOwn() {
    transaction.active("delivery");
    XaBranch delivery = started(1);
    TransactedDelivery.enter("delivery", mark -> true);
    transaction.active("requires-new");

    Branch inner = onXaPath().forSend(() -> started(2));

    assertThat(inner).isNotSameAs(delivery);
    transaction.active("delivery");
    assertThat(onXaPath().forSend(mustNotEnlist)).isSameAs(delivery);
  }

  @Test
  @Tag("C8")
  void aTransactionThatCannotCommitTakesNoSend() {
    transaction.active("t1");
    transaction.setRollbackOnly();

    assertInvalid(onXaPath(), "marked for rollback");
    assertInvalid(onJoinedPath(new JoinedBranch(store, transaction, events)), "timed out");
  }

  @Test
  @Tag("C8")
  void aTransactedDeliveryWhoseTransactionIsGoneSendsNothingLocally() {
    TransactedDelivery.enter("delivery", mark -> true);

    assertInvalid(onXaPath(), "its transaction is gone or suspended");

    TransactedDelivery.leave();
    assertThat(onXaPath().forSend(mustNotEnlist)).isSameAs(local);
  }

  @Test
  @Tag("C8")
  void aBranchThatTimedOutRefusesWhatComesLate() throws XAException {
    transaction.active("t1");
    XaBranch branch = started(1);
    xa.rollback(xid(1));

    assertThatThrownBy(() -> branch.add(List.of(send("zombie"))))
        .isInstanceOf(QueueException.class);
    assertThat(store.calls).isEmpty();
  }
}
