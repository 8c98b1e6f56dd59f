package dev.waybill.core.branch;

import static dev.waybill.core.branch.Samples.NOW;
import static dev.waybill.core.branch.Samples.ORDERS;
import static dev.waybill.core.branch.Samples.xid;
import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.waybill.api.ContentType;
import dev.waybill.api.QueueException;
import dev.waybill.core.branch.InMemoryBranchStore.Fault;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.NewMessage.Deduplication;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What branches ask of the store, and what they know themselves. */
@Tag("S9")
@Tag("C11")
class DeduplicationTest {

  private static final SentId ID = new SentId(ORDERS, "id");

  private final InMemoryBranchStore store = new InMemoryBranchStore();
  private final FakeTransaction transaction = new FakeTransaction().active("t1");
  private final RecordedEvents events = new RecordedEvents();
  private final LocalBranch local = new LocalBranch(store, events);
  private final JoinedBranch joined = new JoinedBranch(store, transaction, events);
  private final XaBranches xa = new XaBranches(() -> store, transaction, events, new LaterTasks());

  private static NewMessage message(String id) {
    return new NewMessage(
        UUID.randomUUID(),
        ORDERS,
        NOW,
        ContentType.TEXT,
        new byte[] {1},
        Map.of(),
        4,
        null,
        NOW,
        null,
        id == null ? null : new Deduplication(id, Duration.ofHours(1)),
        null);
  }

  @Test
  void withoutAnIdNobodyIsAsked() throws XAException {
    local.send(List.of(message(null)));
    joined.send(List.of(message(null)));
    xa.start(xid(1), TMNOFLAGS).send(List.of(message(null)));

    assertThat(store.calls).containsExactly("commitLocal", "writeJoined");
  }

  @Test
  void aLocalSendAsksOnlyIfItsWriteFindsTheIdTaken() {
    UUID first = UUID.randomUUID();
    NewMessage other = message(null);
    NewMessage repeated = message("id");
    assertThat(local.send(List.of(message("free")))).hasSize(1);
    store.calls.clear();
    store.committed.clear();
    store.fault = Fault.ID_TAKEN;
    store.firsts.put(ID, first);

    assertThat(local.send(List.of(repeated, other))).containsExactly(first, other.id());

    assertThat(store.calls).containsExactly("commitLocal", "firstSends", "commitLocal");
    assertThat(store.committed).containsExactly(new Enqueue(other));
  }

  @Test
  @Tag("G7")
  void aLocalSendWhoseAnswerWasLostMayBeMadeAgainIfAllOfItHasIds() {
    store.fault = Fault.UNDECIDED_DONE;

    assertThatThrownBy(() -> local.send(List.of(message("a"), message("b"))))
        .isInstanceOfSatisfying(QueueException.class, e -> assertThat(e.retryable()).isTrue())
        .hasMessageContaining("may be made again");
    assertThatThrownBy(() -> local.send(List.of(message("a"), message(null))))
        .isInstanceOfSatisfying(UndecidedException.class, e -> assertThat(e.retryable()).isFalse());
  }

  @Test
  @Tag("C14")
  void anUndecidedIdLeavesAJoinedTransactionAsItWas() {
    store.undecided.add(ID);

    assertThatThrownBy(() -> joined.send(List.of(message("id"))))
        .isInstanceOf(QueueException.class);

    assertThat(transaction.rollbackOnly).isFalse();
    assertThat(store.calls).containsExactly("firstSends");
  }

  @Test
  void aJoinedTransactionKnowsItsOwnIdsUntilItsEnd() {
    NewMessage first = message("id");
    joined.send(List.of(first));
    assertThat(joined.send(List.of(message("id")))).containsExactly(first.id());
    assertThat(store.joined).hasSize(1);

    transaction.complete(false);
    transaction.active("t2");
    NewMessage again = message("id");
    assertThat(joined.send(List.of(again))).containsExactly(again.id());
    transaction.complete(true);

    assertThat(store.windows).as("only of what committed").containsExactly(again);
  }

  @Test
  @Tag("C8")
  void aTransactionThatEndsUnderASendTakesItsIdsAlong() {
    // As a time-out does, on a thread of the transaction manager.
    store.meanwhile = () -> transaction.complete(false);
    NewMessage first = message("id");
    assertThat(joined.send(List.of(first))).containsExactly(first.id());

    store.meanwhile = () -> {};
    transaction.active("t2");
    NewMessage again = message("id");
    assertThat(joined.send(List.of(again))).containsExactly(again.id());
  }

  @Test
  void aRepeatInAJoinedTransactionThatSendsNothingWritesNothing() {
    UUID first = UUID.randomUUID();
    store.firsts.put(ID, first);

    assertThat(joined.send(List.of(message("id")))).containsExactly(first);

    assertThat(store.calls).containsExactly("firstSends");
  }

  @Test
  void theIdOfAnOpenBranchIsFreeAgainHoweverItEnds() throws XAException {
    for (int number = 1; number <= 3; number++) {
      XaBranch branch = xa.start(xid(number), TMNOFLAGS);
      branch.send(List.of(message("id")));
      XaBranch other = xa.start(xid(10 + number), TMNOFLAGS);
      assertThatThrownBy(() -> other.send(List.of(message("id"))))
          .hasMessageContaining("open or in doubt");
      xa.end(xid(number), TMSUCCESS);
      end(number);

      other.send(List.of(message("id")));
      xa.end(xid(10 + number), TMSUCCESS);
      xa.rollback(xid(10 + number));
    }
  }

  private void end(int number) throws XAException {
    switch (number) {
      case 1 -> xa.rollback(xid(number));
      case 2 -> xa.commit(xid(number), true);
      default -> xa.prepare(xid(number));
    }
  }

  @Test
  void anIdOfAnOpenBranchIsRefusedOutsideTransactionsToo() throws XAException {
    CurrentBranch current = new CurrentBranch(transaction, local, Optional.empty(), xa);
    xa.start(xid(1), TMNOFLAGS).send(List.of(message("id")));
    transaction.status = TransactionContext.Status.NONE;

    assertThatThrownBy(() -> current.send(List.of(message(null), message("id")), () -> null))
        .hasMessageContaining("open or in doubt");

    assertThat(store.committed).isEmpty();
    assertThat(current.send(List.of(message("other")), () -> null)).hasSize(1);
    xa.end(xid(1), TMSUCCESS);
    xa.rollback(xid(1));
    assertThat(current.send(List.of(message("id")), () -> null)).hasSize(1);
  }

  @Test
  void aRefusedSendLeavesItsOtherIdsFree() throws XAException {
    store.undecided.add(ID);
    XaBranch refused = xa.start(xid(1), TMNOFLAGS);
    assertThatThrownBy(() -> refused.send(List.of(message("other"), message("id"))))
        .hasMessageContaining("\"id\"");

    NewMessage other = message("other");
    assertThat(xa.start(xid(2), TMNOFLAGS).send(List.of(other))).containsExactly(other.id());
  }

  @Test
  void anIdThatIsTakenAtTheCommitRollsTheBranchBack() throws XAException {
    XaBranch branch = xa.start(xid(1), TMNOFLAGS);
    branch.send(List.of(message("id")));
    xa.end(xid(1), TMSUCCESS);
    store.fault = Fault.ID_TAKEN;

    XAException refused = catchThrowableOfType(XAException.class, () -> xa.commit(xid(1), true));

    assertThat(refused.errorCode).isEqualTo(XAException.XA_RBROLLBACK);
    assertThat(branch.outcome()).isEqualTo(XaBranch.Outcome.ROLLED_BACK);
  }

  @Test
  @Tag("C8")
  void aBranchThatHasEndedTakesNoRepeatEither() throws XAException {
    store.firsts.put(ID, UUID.randomUUID());
    XaBranch branch = xa.start(xid(1), TMNOFLAGS);
    branch.setRollbackOnly();

    assertThatThrownBy(() -> branch.send(List.of(message("id"))))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.CONFLICT));
  }
}
