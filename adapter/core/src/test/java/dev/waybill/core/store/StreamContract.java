package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.SHIPMENTS;
import static dev.waybill.core.store.TestStore.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.MessageStream.Sent;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.branch.StreamSender;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams, the same on every database; here their windows, the rest in {@link StreamRules}. */
@Tag("S11")
abstract class StreamContract extends StreamRules {

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  private static void assertFull(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, int outstanding, int max) {
    assertRefused(
        Kind.FULL,
        true,
        call,
        "The stream of producer \"till 1\" is full: "
            + outstanding
            + " of its messages are not yet settled by every group (maxOutstanding="
            + max
            + "), and no room was made within 0s. Nothing was sent. Try again later; see that the"
            + " consumers keep up, or open the stream with a larger maxOutstanding.");
  }

  private LeaseStore.ClaimRequest ofGroup(UUID term, String group) {
    ClaimRequest of = request(term, 1, RetryPolicy.DEFAULT, ORDERS);
    return new ClaimRequest(
        of.termId(), of.queues(), group, 1, of.manner(), of.leaseLimit(), of.policy());
  }

  @Tag("FULL")
  @ParameterizedTest
  @EnumSource
  void noMoreThanTheWindowIsUnsettled(Path path) throws Exception {
    StreamSender stream = one.open(path, TILL, 3);
    for (int i = 1; i <= 3; i++) {
      one.begin(path);
      one.send(stream, "message " + i);
      one.commit(path);
    }
    one.begin(path);
    assertFull(() -> one.send(stream, "4"), 3, 3);
    LeasedMessage first = two.claim(1).get(0);
    two.settle(new Retry(first.lease(), Optional.of(Duration.ZERO)));
    assertFull(() -> one.send(stream, "4"), 3, 3);
    assertThat(two.handle(1)).containsExactly(1L);
    assertThat(one.send(stream, "4").sequence()).isEqualTo(4);
    assertFull(() -> one.send(stream, "5"), 3, 3);
    assertThat(one.isRollbackOnly()).isFalse();
    one.commit(path);
    assertThat(two.handle(3)).containsExactly(2L, 3L, 4L);
  }

  @Tag("FULL")
  @ParameterizedTest
  @EnumSource(names = {"JOINED", "ONE_PHASE", "TWO_PHASE"})
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whoFillsTheWindowHimselfDoesNotWait(Path path) throws Exception {
    StreamSender stream = one.open(path, TILL, 2);
    one.begin(path);
    one.send(stream, "a");
    one.send(stream, "b");
    assertRefused(
        Kind.FULL,
        true,
        () -> one.send(stream, "c", Duration.ofHours(1)),
        "The stream of producer \"till 1\" is full: the 2 messages that this transaction has sent in"
            + " it are all that may be unsettled (maxOutstanding=2), and nobody gets them before it"
            + " commits. This one was not sent. Commit, and send the rest in another transaction, or"
            + " open the stream with a larger maxOutstanding.");
    assertThat(one.isRollbackOnly()).isFalse();
    one.commit(path);
    assertThat(two.handle(2)).containsExactly(1L, 2L);
  }

  @Test
  void everyGroupOfTheTimeOfTheSendCountsAndNoOther() {
    UUID other = two.store.leases().openTerm("n2/other", clock.now().plusSeconds(1000));
    UUID late = two.store.leases().openTerm("n2/late", clock.now().plusSeconds(1000));
    assertThat(two.store.leases().claim(ofGroup(other, "other"))).isEmpty();
    StreamSender stream = one.open(Path.LOCAL, TILL, 1);
    one.send(stream, "a");
    assertThat(two.store.leases().claim(ofGroup(late, "late"))).isEmpty();

    two.handle(1);
    assertFull(() -> one.send(stream, "b"), 1, 1);
    two.store.upkeep().lineUp(10);
    LeasedMessage of = two.store.leases().claim(ofGroup(other, "other")).get(0);
    two.settle(new Complete(of.lease()));
    assertThat(stream.lastAcknowledged()).isEqualTo(1);
    assertThat(one.send(stream, "b").sequence()).isEqualTo(2);
    two.store.upkeep().lineUp(10);
    LeasedMessage first = two.store.leases().claim(ofGroup(late, "late")).get(0);
    assertThat(first.message().sequence()).isEqualTo(1);
    two.settle(new Complete(first.lease()));
    assertThat(stream.lastAcknowledged()).isEqualTo(1);
  }

  @Test
  void whatIsSettledAsDeadMakesRoom() {
    StreamSender stream = one.open(Path.LOCAL, TILL, 1);
    one.send(stream, "a");
    RetryPolicy once = RetryPolicy.of(Optional.empty(), OptionalInt.of(1), Optional.empty());
    LeasedMessage message = two.claim(1, once, ORDERS).get(0);
    two.settle(new Retry(message.lease(), Optional.empty()));
    assertThat(rows("wb_delivery where state = 'DEAD'")).isEqualTo(1);
    assertThat(one.send(stream, "b").sequence()).isEqualTo(2);
  }

  @Test
  void whatWentToOtherQueuesAndIsSettledThereDoesNotCount() {
    StreamSender stream = one.open(Path.LOCAL, TILL, 2);
    one.send(stream, "a");
    OutgoingMessage elsewhere = OutgoingMessage.to(SHIPMENTS.toString()).text("b").build();
    stream.send(OptionalLong.empty(), elsewhere, Duration.ZERO, () -> null);
    assertFull(() -> one.send(stream, "c"), 2, 2);
    LeasedMessage shipped = two.claim(1, RetryPolicy.DEFAULT, SHIPMENTS).get(0);
    two.settle(new Complete(shipped.lease()));

    assertThat(stream.lastAcknowledged()).isZero();
    assertThat(one.send(stream, "c").sequence()).isEqualTo(3);
    assertFull(() -> one.send(stream, "d"), 2, 2);
    assertThat(two.handle(2)).containsExactly(1L, 3L);
    assertThat(stream.lastAcknowledged()).isEqualTo(3);
  }

  @Test
  void aWindowIsCountedOnlyWhileItHoldsMessagesOfSeveralQueues() throws Exception {
    StreamSender stream = one.open(Path.LOCAL, TILL, 2);
    one.send(stream, "a");
    one.send(stream, "b");
    assertFull(() -> one.send(stream, "c"), 2, 2);
    CompletableFuture<Sent> waiting =
        CompletableFuture.supplyAsync(() -> one.send(stream, "c", Duration.ofMinutes(5)), threads);
    two.handle(1);
    assertThat(waiting.get(60, TimeUnit.SECONDS).sequence()).isEqualTo(3);
    assertThat(one.counts).hasValue(0);

    two.handle(1);
    OutgoingMessage elsewhere = OutgoingMessage.to(SHIPMENTS.toString()).text("d").build();
    stream.send(OptionalLong.empty(), elsewhere, Duration.ZERO, () -> null);
    assertFull(() -> one.send(stream, "e"), 2, 2);
    assertThat(one.counts).hasPositiveValue();
    LeasedMessage shipped = two.claim(1, RetryPolicy.DEFAULT, SHIPMENTS).get(0);
    two.settle(new Complete(shipped.lease()));
    assertThat(one.send(stream, "e").sequence()).isEqualTo(5);
    two.handle(2);

    one.send(stream, "f");
    one.counts.set(0);
    one.send(stream, "g");
    assertFull(() -> one.send(stream, "h"), 2, 2);
    assertThat(one.counts).hasValue(0);
  }

  @Test
  void whatANewOwnerHasNotSentHimselfIsCounted() {
    StreamSender before = one.open(Path.LOCAL, TILL, 2);
    one.send(before, "a");
    OutgoingMessage elsewhere = OutgoingMessage.to(SHIPMENTS.toString()).text("b").build();
    before.send(OptionalLong.empty(), elsewhere, Duration.ZERO, () -> null);
    StreamSender stream = two.open(Path.LOCAL, TILL, 2);
    assertFull(() -> two.send(stream, "c"), 2, 2);
    LeasedMessage shipped = two.claim(1, RetryPolicy.DEFAULT, SHIPMENTS).get(0);
    two.settle(new Complete(shipped.lease()));

    assertThat(two.send(stream, "c").sequence()).isEqualTo(3);
  }

  @Test
  void whoWaitsGoesOnWhenSomethingIsSettledHereOrElsewhere() throws Exception {
    StreamSender stream = one.open(Path.LOCAL, TILL, 1);
    one.send(stream, "a");
    for (StreamingNode consumer : List.of(one, two)) {
      CompletableFuture<Sent> waiting =
          CompletableFuture.supplyAsync(
              () -> one.send(stream, "next", Duration.ofMinutes(5)), threads);
      int before = one.looks.get();
      await().until(() -> one.looks.get() > before);
      assertThat(waiting).isNotDone();
      consumer.handle(1);
      assertThat(waiting.get(60, TimeUnit.SECONDS).duplicate()).isFalse();
    }
    assertThat(stream.lastSequence()).isEqualTo(3);
  }

  @Test
  void allWhoWaitAreLookedForAtOnceAndNobodyLooksWhenNobodyWaits() throws Exception {
    int count = 20;
    List<StreamSender> streams = new ArrayList<>();
    List<CompletableFuture<Sent>> waiting = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StreamSender stream = one.open(Path.LOCAL, "producer " + i, 1);
      one.send(stream, "a");
      streams.add(stream);
    }
    for (StreamSender stream : streams) {
      waiting.add(
          CompletableFuture.supplyAsync(
              () -> one.send(stream, "b", Duration.ofMinutes(5)), threads));
    }
    two.handle(count);
    for (CompletableFuture<Sent> each : waiting) {
      assertThat(each.get(60, TimeUnit.SECONDS).sequence()).isEqualTo(2);
    }
    int after = one.looks.get();
    one.windows.soon();
    two.handle(count);
    assertThat(one.looks).hasValue(after);
  }

  @Test
  @Tag("FULL")
  void whoWaitsForATimeIsToldSo() {
    StreamSender stream = one.open(Path.LOCAL, TILL, 1);
    one.send(stream, "a");
    assertRefused(
        Kind.FULL,
        true,
        () -> one.send(stream, "b", Duration.ofMillis(30)),
        "The stream of producer \"till 1\" is full: 1 of its messages are not yet settled by every"
            + " group (maxOutstanding=1), and no room was made within 30ms. Nothing was sent. Try"
            + " again later; see that the consumers keep up, or open the stream with a larger"
            + " maxOutstanding.");
  }

  @Test
  @Tag("CONFLICT")
  void whoWaitsLearnsThatTheStreamWasTakenOver() throws Exception {
    StreamSender stream = one.open(Path.LOCAL, TILL, 1);
    one.send(stream, "a");
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(
            () -> assertFenced(() -> one.send(stream, "b", Duration.ofMinutes(5))), threads);
    await().until(() -> one.looks.get() > 0);
    two.open(Path.LOCAL, TILL, 1);
    waiting.get(60, TimeUnit.SECONDS);
  }

  @Test
  @Tag("UNAVAILABLE")
  void nobodyWaitsLongerThanTheAdapterRuns() throws Exception {
    String stopping =
        "Waybill is stopping, so nobody can wait for room in a stream. Nothing was sent. Open the"
            + " stream again after the start.";
    StreamSender stream = one.open(Path.LOCAL, TILL, 1);
    one.send(stream, "a");
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(
            () ->
                assertRefused(
                    Kind.UNAVAILABLE,
                    true,
                    () -> one.send(stream, "b", Duration.ofHours(24)),
                    stopping),
            threads);
    await().until(() -> one.looks.get() > 0);

    one.windows.stop();

    waiting.get(60, TimeUnit.SECONDS);
    assertRefused(
        Kind.UNAVAILABLE, true, () -> one.send(stream, "b", Duration.ofHours(24)), stopping);
  }

  @Test
  @Tag("UNAVAILABLE")
  void whoWaitsForAnotherCallInVainIsToldSo() throws Exception {
    StreamSender stream = one.open(Path.LOCAL, TILL, 1);
    one.send(stream, "a");
    CompletableFuture<Sent> waiting =
        CompletableFuture.supplyAsync(() -> one.send(stream, "b", Duration.ofMinutes(5)), threads);
    await().until(() -> one.looks.get() > 0);
    assertRefused(
        Kind.UNAVAILABLE,
        true,
        () -> one.send(stream, "c"),
        "Another call is sending in the stream of producer \"till 1\", and did not end within 0s,"
            + " perhaps because it waits for room: sends in a stream come one after the other."
            + " Nothing was sent. Try again, or give send a longer wait.");
    two.handle(1);
    assertThat(waiting.get(60, TimeUnit.SECONDS).sequence()).isEqualTo(2);
  }

  @Test
  void sendsWithoutTransactionsWaitForEachOther() throws Exception {
    int count = 20;
    StreamSender stream = one.open(Path.LOCAL, TILL, count);
    List<CompletableFuture<Sent>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = "message " + i;
      all.add(
          CompletableFuture.supplyAsync(
              () -> one.send(stream, text, Duration.ofMinutes(1)), threads));
    }
    for (CompletableFuture<Sent> each : all) {
      each.get(60, TimeUnit.SECONDS);
    }
    assertThat(all.stream().map(each -> each.join().sequence()))
        .containsExactlyInAnyOrderElementsOf(
            java.util.stream.LongStream.rangeClosed(1, count).boxed().toList());
  }
}
