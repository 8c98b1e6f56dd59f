package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.deadLettersAfter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.waybill.api.MessageStream.Sent;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.branch.Operation.Reject;
import dev.waybill.core.branch.StreamSender;
import dev.waybill.core.model.LeasedMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The sequences of streams and their owners, on every path. */
@Tag("S11")
abstract class StreamRules extends StreamFixture {

  // ---- sequences

  @ParameterizedTest
  @EnumSource
  void sequencesRiseFromOneAndMessagesKeepThemInOrder(Path path) throws Exception {
    StreamSender stream = one.open(path, TILL, 10);
    one.begin(path);
    assertThat(one.send(stream, "a").sequence()).isEqualTo(1);
    assertThat(one.send(stream, "b").sequence()).isEqualTo(2);
    one.commit(path);
    one.begin(path);
    Sent third = one.send(stream, "c");
    one.commit(path);
    assertThat(third.sequence()).isEqualTo(3);
    assertThat(third.duplicate()).isFalse();
    assertThat(stream.lastSequence()).isEqualTo(3);
    assertThat(stream.lastAcknowledged()).isZero();

    List<LeasedMessage> first = two.claim(10);
    assertThat(first).as("one at a time").hasSize(1);
    assertThat(first.get(0).message().producerId()).isEqualTo(TILL);
    assertThat(first.get(0).message().orderingKey()).isNull();
    two.settle(new Complete(first.get(0).lease()));
    assertThat(stream.lastAcknowledged()).isEqualTo(1);
    LeasedMessage second = two.claim(10).get(0);
    assertThat(second.message().sequence()).isEqualTo(2);
    two.store.leases().giveBack(List.of(second.lease()));
    assertThat(two.handle(2)).containsExactly(2L, 3L);
    assertThat(stream.lastAcknowledged()).isEqualTo(3);
    assertThat(rows("wb_unsettled")).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"JOINED", "ONE_PHASE", "TWO_PHASE"})
  void aRollbackReturnsItsSequences(Path path) throws Exception {
    StreamSender stream = one.open(path, TILL, 10);
    one.begin(path);
    one.send(stream, "a");
    one.commit(path);
    one.begin(path);
    assertThat(one.send(stream, "lost").sequence()).isEqualTo(2);
    assertThat(one.send(stream, "lost, too").sequence()).isEqualTo(3);
    one.rollback(path);

    assertThat(stream.lastSequence()).isEqualTo(1);
    one.begin(path);
    assertThat(one.send(stream, "b").sequence()).isEqualTo(2);
    one.commit(path);
    assertThat(two.handle(2)).containsExactly(1L, 2L);
    assertThat(rows("wb_message")).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aSequenceThatWasSentIsDroppedAndAGapIsRefused(Path path) throws Exception {
    StreamSender stream = one.open(path, TILL, 10);
    one.begin(path);
    one.send(stream, "a");
    one.send(stream, "b");
    Sent repeated = one.send(stream, OptionalLong.of(2), "b again", Duration.ZERO);
    assertThat(repeated).isEqualTo(new Sent(2, Optional.empty()));
    assertThat(repeated.duplicate()).isTrue();
    one.commit(path);

    one.begin(path);
    assertThat(one.send(stream, OptionalLong.of(1), "a again", Duration.ZERO).duplicate()).isTrue();
    assertRefused(
        Kind.INVALID,
        false,
        () -> one.send(stream, OptionalLong.of(4), "d", Duration.ZERO),
        "The stream of producer \"till 1\": sequence 4 would leave a gap: the last one is 2. Send"
            + " the messages after that first, from 3 on. Nothing was sent.");
    assertRefused(
        Kind.INVALID,
        false,
        () -> one.send(stream, OptionalLong.of(0), "none", Duration.ZERO),
        "The stream of producer \"till 1\": sequence 0 is none. The first is 1. Nothing was sent.");
    assertThat(one.send(stream, OptionalLong.of(3), "c", Duration.ZERO).duplicate()).isFalse();
    assertThat(one.isRollbackOnly()).isFalse();
    one.commit(path);
    assertThat(two.handle(3)).containsExactly(1L, 2L, 3L);
    assertThat(two.claim(1)).isEmpty();
  }

  @Test
  void aRestartedProducerGoesOnWhereItsCommitsEnded() throws Exception {
    StreamSender stream = one.open(Path.JOINED, TILL, 10);
    one.begin(Path.JOINED);
    one.send(stream, "a");
    one.commit(Path.JOINED);
    one.begin(Path.JOINED);
    one.send(stream, "b");
    // Its process is killed.
    one.application.rollback();

    StreamingNode again = node("n3");
    StreamSender resumed = again.open(Path.LOCAL, TILL, 10);
    assertThat(resumed.lastSequence()).isEqualTo(1);
    assertThat(again.send(resumed, OptionalLong.of(1), "a", Duration.ZERO).duplicate()).isTrue();
    assertThat(again.send(resumed, OptionalLong.of(2), "b", Duration.ZERO).duplicate()).isFalse();
    assertThat(two.handle(2)).containsExactly(1L, 2L);
  }

  @Test
  void aDeadLetterKeepsItsSequenceAndIsSettled() {
    StreamSender stream = one.open(Path.LOCAL, TILL, 1);
    one.send(stream, "a");
    LeasedMessage message = two.claim(1, deadLettersAfter(1), ORDERS).get(0);
    two.settle(new Reject(message.lease(), "bad"));

    assertThat(stream.lastAcknowledged()).isEqualTo(1);
    assertThat(one.send(stream, "b").sequence()).isEqualTo(2);
    LeasedMessage dead = two.claim(1, deadLettersAfter(1), TestStore.DEAD_LETTERS).get(0);
    assertThat(dead.message().producerId()).isEqualTo(TILL);
    assertThat(dead.message().sequence()).isEqualTo(1);
    assertThat(dead.lease().lineKey()).as("not held in order there").isNull();
    assertThat(two.handle(1)).containsExactly(2L);
  }

  @Test
  @Tag("S8")
  @Tag("C10")
  void aStreamIsNoOrderingKeyOfTheSameText() {
    StreamSender stream = one.open(Path.LOCAL, "k", 10);
    one.send(stream, "of the stream");
    one.settle(new Enqueue(TestStore.keyed("k", "of the key", clock.now(), clock.now())));
    one.settle(new Enqueue(TestStore.keyed("sk", "of the other", clock.now(), clock.now())));

    assertThat(two.claim(10).stream().map(TestStore::text))
        .containsExactlyInAnyOrder("of the stream", "of the key", "of the other");
  }

  // ---- one transaction at a time

  @Tag("C11")
  @Tag("C14")
  @Tag("UNAVAILABLE")
  @ParameterizedTest
  @EnumSource(names = {"JOINED", "ONE_PHASE", "TWO_PHASE"})
  void whileATransactionIsOpenNobodyElseSends(Path path) throws Exception {
    StreamSender stream = one.open(path, TILL, 10);
    one.begin(path);
    one.send(stream, "a");
    Object suspended = one.suspend();
    assertUndecided(() -> one.send(stream, "without a transaction", Duration.ofHours(1)));
    one.resume("another");
    assertUndecided(() -> one.send(stream, "in another", Duration.ofHours(1)));
    assertThat(one.isRollbackOnly()).isFalse();
    one.resume(suspended);
    one.send(stream, "b");
    one.commit(path);

    assertThat(one.send(stream, "c").sequence()).isEqualTo(3);
    assertThat(two.handle(3)).containsExactly(1L, 2L, 3L);
  }

  @Test
  @Tag("C11")
  @Tag("G4")
  void whileABranchIsInDoubtNobodySendsAndNobodyTakesOver() throws Exception {
    StreamSender stream = one.open(Path.TWO_PHASE, TILL, 10);
    for (boolean commits : new boolean[] {true, false}) {
      one.begin(Path.TWO_PHASE);
      one.send(stream, "in doubt");
      Xid xid = one.prepare();
      one.complete(true);

      assertUndecided(() -> one.send(stream, "next", Duration.ofHours(1)));
      assertUndecided(() -> two.open(Path.LOCAL, TILL, 10));
      assertThat(stream.lastSequence()).isEqualTo(commits ? 0 : 1);
      if (commits) {
        one.xa.commit(xid, false);
        one.store.branches().release(one.branch());
      } else {
        one.xa.rollback(xid);
      }
    }
    assertThat(stream.lastSequence()).isEqualTo(1);
    assertThat(one.send(stream, "next").sequence()).isEqualTo(2);
    assertThat(two.handle(2)).containsExactly(1L, 2L);
  }

  @Test
  @Tag("C3")
  void whatIsNotReleasedIsNotOvertaken() throws Exception {
    StreamSender stream = one.open(Path.TWO_PHASE, TILL, 10);
    one.releasing = false;
    one.begin(Path.TWO_PHASE);
    one.send(stream, "a");
    one.send(stream, "b");
    one.commit(Path.TWO_PHASE);

    assertThat(stream.lastSequence()).isEqualTo(2);
    assertThat(stream.lastAcknowledged()).isZero();
    String why =
        "Messages that the stream of producer \"till 1\" committed in two phases are not released"
            + " yet, and later ones must not overtake them. Nothing was sent. Try again: they are"
            + " released when the transaction manager is done with their transaction, or after"
            + " releaseHold.";
    assertRefused(Kind.UNAVAILABLE, true, () -> one.send(stream, "c"), why);
    StreamSender next = two.open(Path.LOCAL, TILL, 10);
    assertThat(next.lastSequence()).isEqualTo(2);
    assertRefused(Kind.UNAVAILABLE, true, () -> two.send(next, "c"), why);

    two.store.upkeep().release(one.branch());
    assertThat(two.send(next, "c").sequence()).isEqualTo(3);
    assertThat(two.handle(3)).containsExactly(1L, 2L, 3L);
    assertThat(next.lastAcknowledged()).isEqualTo(3);
  }

  // ---- one owner

  @Tag("CONFLICT")
  @ParameterizedTest
  @EnumSource
  void whoIsTakenOverFromSendsNothingAnyMore(Path path) throws Exception {
    StreamSender first = one.open(path, TILL, 10);
    one.begin(path);
    one.send(first, "a");
    one.commit(path);
    StreamSender second = two.open(Path.LOCAL, TILL, 10);
    assertThat(two.send(second, "b").sequence()).isEqualTo(2);

    one.begin(path);
    assertFenced(() -> one.send(first, "c", Duration.ofHours(1)));
    assertThat(one.isRollbackOnly()).isFalse();
    one.commit(path);
    assertThat(second.lastSequence()).isEqualTo(2);
    assertThat(two.handle(2)).containsExactly(1L, 2L);
  }

  @Tag("C11")
  @ParameterizedTest
  @EnumSource(names = {"ONE_PHASE", "TWO_PHASE"})
  void whatAFormerOwnerHasNotCommittedNeverWillBe(Path path) throws Exception {
    StreamSender first = one.open(path, TILL, 10);
    one.begin(path);
    one.send(first, "lost");
    StreamSender second = two.open(Path.LOCAL, TILL, 10);
    two.send(second, "a");
    Object suspended = one.suspend();
    assertFenced(() -> one.send(first, "without a transaction"));
    one.resume(suspended);

    XAException refused = catchThrowableOfType(XAException.class, () -> one.commit(path));
    assertThat(refused.errorCode).isEqualTo(XAException.XA_RBROLLBACK);
    assertThat(refused).hasMessageContaining("has another owner");
    one.complete(false);
    assertThat(rows("wb_message")).isEqualTo(1);
    assertThat(second.lastSequence()).isEqualTo(1);
  }

  @Test
  @Tag("C11")
  void whatIsWrittenInAnOpenTransactionHoldsATakeOverOffAndNobodyWaits() throws Exception {
    StreamSender first = one.open(Path.JOINED, TILL, 10);
    one.begin(Path.JOINED);
    one.send(first, "a");
    assertUndecided(() -> two.open(Path.LOCAL, TILL, 10));
    one.send(first, "b");
    one.commit(Path.JOINED);

    StreamSender second = two.open(Path.LOCAL, TILL, 10);
    assertThat(second.lastSequence()).isEqualTo(2);
    assertFenced(() -> one.send(first, "c"));
  }

  @Test
  void aStreamThatIsClosedTakesNothingUntilItIsOpenedAgain() {
    StreamSender stream = one.open(Path.LOCAL, TILL, 10);
    one.send(stream, "a");
    stream.close();
    assertRefused(
        Kind.CONFLICT,
        false,
        () -> one.send(stream, "b"),
        "The stream of producer \"till 1\" is closed. Nothing was sent. Open it again with"
            + " stream(…).");
    assertThat(one.send(one.open(Path.LOCAL, TILL, 10), "b").sequence()).isEqualTo(2);
  }

  @Test
  @Tag("G7")
  void aCommitWhoseAnswerWasLostIsToldAsWhatItWas() {
    StreamSender stream = one.open(Path.LOCAL, TILL, 10);
    one.own.failNextCommit(FaultyDataSource.CommitFault.ANSWER_LOST, () -> {});
    assertThat(one.send(stream, "a").sequence()).isEqualTo(1);
    one.own.failNextCommit(FaultyDataSource.CommitFault.NEVER_HAPPENS, () -> {});
    assertThatThrownBy(() -> one.send(stream, "b")).hasMessageContaining("did not happen");
    // The first is that of a look.
    one.own.failCommit(1, FaultyDataSource.CommitFault.ANSWER_LOST, () -> one.own.down(true));
    assertRefusedAsUnknown(stream);
    one.own.down(false);
    assertThat(one.send(stream, OptionalLong.of(2), "b", Duration.ZERO).duplicate()).isTrue();
    assertThat(one.send(stream, "c").sequence()).isEqualTo(3);
    assertThat(two.handle(3)).containsExactly(1L, 2L, 3L);
  }

  private void assertRefusedAsUnknown(StreamSender stream) {
    assertThatThrownBy(() -> one.send(stream, "b"))
        .hasMessageEndingWith(
            " The message is sequence 2 of the stream of producer \"till 1\": sent again with"
                + " send(2, …) it is sent once.");
  }

  // ---- what is refused

  @Test
  @Tag("INVALID")
  void whatDoesNotBelongInAStreamIsRefused() {
    StreamSender stream = one.open(Path.LOCAL, TILL, 10);
    OutgoingMessage keyed = OutgoingMessage.to("app:orders").text("a").orderingKey("k").build();
    assertRefused(
        Kind.INVALID,
        false,
        () -> stream.send(OptionalLong.empty(), keyed, Duration.ZERO, () -> null),
        "Message to app:orders in the stream of producer \"till 1\": It has an ordering key, but a"
            + " stream is an ordering key of its own. Leave it out, or send the message without the"
            + " stream. Nothing was sent.");
    OutgoingMessage once = OutgoingMessage.to("app:orders").text("a").deduplicationId("x").build();
    assertRefused(
        Kind.INVALID,
        false,
        () -> stream.send(OptionalLong.empty(), once, Duration.ZERO, () -> null),
        "Message to app:orders in the stream of producer \"till 1\": It has a deduplication id, but"
            + " in a stream it is the sequence that tells a message sent again. Leave it out, or send"
            + " the message without the stream. Nothing was sent.");
    for (Duration wrong : List.of(Duration.ofSeconds(-1), Duration.ofHours(25))) {
      assertRefused(
          Kind.INVALID,
          false,
          () -> one.send(stream, "a", wrong),
          "The stream of producer \"till 1\": it cannot wait "
              + wrong
              + " for room. Give 0s to 24h. Nothing was sent.");
    }
    assertThat(stream.lastSequence()).isZero();
  }

  @Test
  @Tag("INVALID")
  void aStreamNeedsANameAndAWindow() {
    assertRefused(
        Kind.INVALID,
        false,
        () -> one.open(Path.LOCAL, null, 10),
        "A stream cannot be opened: its producer id is null. Name the producer.");
    for (String wrong : List.of(" ", "x".repeat(256), "a\0b", "\ud83d")) {
      assertThatThrownBy(() -> one.open(Path.LOCAL, wrong, 10))
          .hasMessageContainingAll(
              "A stream cannot be opened.", "producer id", "1 to 255 characters");
    }
    for (int wrong : new int[] {0, -1, 10_001}) {
      assertRefused(
          Kind.INVALID,
          false,
          () -> one.open(Path.LOCAL, TILL, wrong),
          "A stream cannot be opened: maxOutstanding="
              + wrong
              + " of producer \"till 1\" is outside 1 to 10000. Choose how many of its messages may"
              + " be unsettled at a time.");
    }
    assertThat(one.open(Path.LOCAL, "x".repeat(255), 10_000).lastSequence()).isZero();
  }
}
