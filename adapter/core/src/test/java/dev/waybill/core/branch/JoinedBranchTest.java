package dev.waybill.core.branch;

import static dev.waybill.core.branch.Samples.DEAD_LETTERS;
import static dev.waybill.core.branch.Samples.LEASE;
import static dev.waybill.core.branch.Samples.ORDERS;
import static dev.waybill.core.branch.Samples.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.InMemoryBranchStore.Fault;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class JoinedBranchTest {

  private final InMemoryBranchStore store = new InMemoryBranchStore();
  private final FakeTransaction transaction = new FakeTransaction().active("t1");
  private final RecordedEvents events = new RecordedEvents();
  private final JoinedBranch branch = new JoinedBranch(store, transaction, events);

  @Test
  @Tag("C5")
  void operationsAreWrittenAtOnceAndQueuesWakeAfterTheCommit() {
    branch.add(List.of(send("a")));
    branch.add(List.of(send(DEAD_LETTERS, "b")));
    assertThat(store.joined).containsExactly(send("a"), send(DEAD_LETTERS, "b"));
    assertThat(events.visible).isEmpty();
    assertThat(transaction.callbacks).hasSize(1);

    transaction.complete(true);

    assertThat(store.calls).containsExactly("writeJoined", "writeJoinedAgain", "afterJoinedCommit");
    assertThat(events.visible).containsExactly(Set.of(ORDERS, DEAD_LETTERS));
  }

  @Test
  @Tag("C14")
  void eachTransactionIsCheckedInFullOnce() {
    branch.probe();
    branch.add(List.of(send("a")));
    transaction.complete(true);
    transaction.active("t2");
    branch.add(List.of(send("b")));
    transaction.complete(true);

    assertThat(store.calls)
        .containsExactly(
            "probeJoined",
            "writeJoinedAgain",
            "afterJoinedCommit",
            "writeJoined",
            "afterJoinedCommit");
  }

  @Test
  void aTransactionThatWasOnlyProbedWakesNobody() {
    branch.probe();

    transaction.complete(true);

    assertThat(store.calls).containsExactly("probeJoined");
    assertThat(events.visible).isEmpty();
  }

  @Test
  void aRollbackWakesNobody() {
    branch.add(List.of(send("a")));

    transaction.complete(false);

    assertThat(store.calls).containsExactly("writeJoined");
    assertThat(events.visible).isEmpty();
  }

  @Test
  void oneBranchServesOneTransactionAfterTheOther() {
    branch.add(List.of(send("a")));
    transaction.complete(true);
    transaction.active("t2");
    branch.add(List.of(send(DEAD_LETTERS, "b")));
    transaction.complete(true);

    assertThat(events.visible).containsExactly(Set.of(ORDERS), Set.of(DEAD_LETTERS));
  }

  @Test
  @Tag("C14")
  void aFailedWriteMarksTheTransactionForRollback() {
    store.fault = Fault.BROKEN;

    assertThatThrownBy(() -> branch.add(List.of(send("a"))))
        .isInstanceOf(IllegalStateException.class);

    assertThat(transaction.rollbackOnly).isTrue();
    assertThat(store.calls).containsExactly("writeJoined");
  }

  @Test
  @Tag("C9")
  void aLostLeaseMarksTheTransactionForRollback() {
    store.fault = Fault.LEASE_LOST;

    assertThatThrownBy(() -> branch.add(List.of(new Operation.Complete(LEASE))))
        .isInstanceOf(LeaseLostException.class);

    assertThat(transaction.rollbackOnly).isTrue();
  }

  @Test
  @Tag("C14")
  void nothingIsWrittenWhereTheTransactionCannotCommit() {
    transaction.status = TransactionContext.Status.UNUSABLE;

    assertThatThrownBy(() -> branch.add(List.of(send("a"))))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.CONFLICT));

    assertThat(store.calls).isEmpty();
  }

  @Test
  @Tag("C14")
  void nothingIsWrittenWhereTheOutcomeCouldNotBeLearned() {
    transaction.refusesCallbacks = true;

    assertThatThrownBy(() -> branch.add(List.of(send("a"))))
        .isInstanceOf(IllegalStateException.class);

    assertThat(store.joined).isEmpty();
    assertThat(transaction.rollbackOnly).isTrue();
  }

  @Test
  @Tag("C14")
  void aFailedProbeMarksTheTransactionForRollback() {
    store.fault = Fault.BROKEN;

    assertThatThrownBy(branch::probe).isInstanceOf(IllegalStateException.class);

    assertThat(transaction.rollbackOnly).isTrue();
  }
}
