package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.Message;
import dev.waybill.api.MessagePendingException;
import dev.waybill.api.QueueConsumer;
import dev.waybill.api.QueueException;
import dev.waybill.api.ReceiveRequest;
import dev.waybill.api.Watermark;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.TransactedDelivery;
import dev.waybill.core.branch.XaBranch;
import dev.waybill.core.branch.XaBranches;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of messages that were taken one by one and are not completed at once. */
@Tag("P3")
class PendingMessageTest {

  private final SteppingScheduler time = new SteppingScheduler();
  private final Queued queued = new Queued(time);
  private QueueConsumer consumer;

  private void open() {
    queued.open();
    consumer =
        Puller.of(queued, time)
            .consumer(ReceiveRequest.of(Queued.ORDERS.toString()))
            .manualCompletion();
  }

  @Test
  @Tag("M12")
  void aPendingMessageIsKeptHoweverLongItTakesAndWarnedAboutOnce() {
    queued.sendUnseen("a");
    open();
    Message message = consumer.tryNext().orElseThrow();
    time.advance(Duration.ofMillis(29_999));
    assertThat(queued.log.lines()).isEmpty();

    time.advance(Duration.ofHours(1));

    assertThat(queued.states()).containsExactly("LEASED/1");
    assertThat(queued.log.lines())
        .singleElement()
        .asString()
        .contains("WB-0160", message.id().toString(), "app:orders", "attempt 1", "30 s");
    message.complete(null);
    assertThat(queued.states()).containsExactly("COMPLETED/1");
    time.advance(Duration.ofHours(1));
    assertThat(queued.log.lines()).hasSize(1);
  }

  @Test
  @Tag("M8")
  void aStopEndsItAndItIsTriedAgainByTheSchedule() {
    queued.sendUnseen("a");
    open();
    Message message = consumer.tryNext().orElseThrow();
    queued.engine.stop();
    assertThatThrownBy(consumer::tryNext).isInstanceOf(QueueException.class);

    queued.leases.store().expire(10);

    assertThat(queued.states()).containsExactly("SCHEDULED/1");
    assertThatThrownBy(message::ack)
        .hasMessageContainingAll(message.id().toString(), "is not held");
  }

  @Test
  void oneWhoseConsumerWasDroppedIsTriedAgain() {
    queued.sendUnseen("a");
    open();
    assertThat(consumer.tryNext()).isPresent();
    consumer = null;

    await()
        .until(
            () -> {
              System.gc();
              time.advance(Duration.ofSeconds(30));
              return !queued.states().contains("LEASED/1");
            });

    assertThat(queued.states()).containsExactly("SCHEDULED/1");
  }

  @Test
  @Tag("G5")
  void oneWhoseClaimGotNoAnswerIsGivenBack() {
    queued.sendUnseen("a");
    open();
    queued.leases.after("claim", claimed -> Queued.breakDown());
    assertThatThrownBy(consumer::tryNext).hasMessage("connection refused");
    queued.leases.calm();
    assertThat(queued.states()).containsExactly("LEASED/1");

    time.advance(Duration.ofSeconds(60));

    assertThat(queued.states()).containsExactly("READY/0");
    assertThat(consumer.tryNext()).map(Message::attempts).contains(1);
  }

  @Test
  void oneThatCannotBeEndedIsEndedWhenTheStoreIsBack() {
    queued.sendUnseen("a");
    open();
    assertThat(consumer.tryNext()).isPresent();
    queued.leases.before("recordFailure", Queued::breakDown);
    consumer.close();
    time.advance(Duration.ofMinutes(2));
    assertThat(queued.states()).containsExactly("LEASED/1");
    queued.leases.calm();

    time.advance(Duration.ofSeconds(15));

    assertThat(queued.states()).doesNotContain("LEASED/1");
  }

  @Test
  @Tag("G5")
  void whatIsLeasedForACallerWhoHasGoneIsGivenBack() {
    queued.sendUnseen("a");
    queued.open();
    List<Callable<Object>> late = new ArrayList<>();
    PullReceiver receiver =
        Puller.of(
            queued,
            time,
            call -> {
              late.add(call);
              throw Queued.outOfReach();
            });
    ReceiveRequest request = ReceiveRequest.of(Queued.ORDERS.toString());
    assertThatThrownBy(() -> receiver.tryReceive(request)).hasMessage("connection refused");

    late.forEach(Puller::call);

    assertThat(queued.leases.calls("claim")).isEqualTo(1);
    assertThat(queued.states()).containsExactly("READY/0");
  }

  @Test
  void whatIsLeasedAtTheVeryEndOfTheCallersPatienceIsHandedOut() {
    queued.sendUnseen("a");
    queued.open();
    PullReceiver receiver =
        Puller.of(
            queued,
            time,
            call -> {
              Puller.call(call);
              throw Queued.outOfReach();
            });
    assertThat(receiver.tryReceive(ReceiveRequest.of(Queued.ORDERS.toString())))
        .extracting(Message::text)
        .containsExactly("a");
  }

  @Test
  @Tag("P1")
  void anInterruptEndsAReceiveAlsoWhileAnotherThreadClaims() {
    queued.open();
    PullReceiver receiver =
        Puller.of(
            queued,
            time,
            call -> {
              Thread.currentThread().interrupt();
              throw Queued.outOfReach();
            });
    try {
      assertThat(receiver.receive(Puller.patient(1))).isEmpty();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void oneForWhoseEndNoThreadIsFreeIsEndedSoon() {
    queued.sendUnseen("a");
    queued.open();
    AtomicBoolean busy = new AtomicBoolean();
    PullReceiver receiver =
        Puller.of(
            queued,
            time,
            call -> {
              if (busy.get()) {
                throw Queued.outOfReach();
              }
              return Puller.call(call);
            });
    QueueConsumer closing =
        receiver.consumer(ReceiveRequest.of(Queued.ORDERS.toString())).manualCompletion();
    assertThat(closing.tryNext()).isPresent();
    busy.set(true);

    closing.close();
    time.advance(Duration.ofMillis(1));

    assertThat(queued.states()).containsExactly("SCHEDULED/1");
  }

  @Test
  @Tag("CONFLICT")
  void oneThatATransactionDoesNotTakeStaysPending() throws XAException {
    queued.sendUnseen("a");
    queued.open();
    Puller.Transaction transaction = new Puller.Transaction();
    XaBranch branch =
        new XaBranches(() -> queued.memory, transaction, queued.engine, time)
            .start(new BranchId(1, "0a", "0b").toXid(), XAResource.TMNOFLAGS);
    branch.setRollbackOnly();
    QueueConsumer settling =
        Puller.of(queued, time, Puller::call, transaction, () -> branch)
            .consumer(ReceiveRequest.of(Queued.ORDERS.toString()))
            .manualCompletion();
    Message message = settling.tryNext().orElseThrow();
    transaction.key = "doomed";
    assertThatThrownBy(message::ack)
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.CONFLICT))
        .hasMessageContaining("takes no more operations");
    assertThatThrownBy(settling::tryNext).isInstanceOf(MessagePendingException.class);
    transaction.key = null;
    time.advance(Duration.ofHours(1));

    message.ack();

    assertThat(queued.states()).containsExactly("COMPLETED/1");
  }

  @Test
  @Tag("M19")
  void itHasNoWatermarkInsideTheDeliveryOfAnotherEither() {
    queued.sendUnseen("a");
    open();
    Message message = consumer.tryNext().orElseThrow();
    TransactedDelivery.enter("transaction", mark -> true);
    try {
      assertThatThrownBy(() -> Watermark.firstTime(message))
          .hasMessageContainingAll(message.id().toString(), "was taken by a receiver");
    } finally {
      TransactedDelivery.leave();
    }
  }

  @Test
  void nothingIsLeftOnTheClockByWhoAskedAndGotNothing() {
    open();
    assertThat(consumer.tryNext()).isEmpty();
    time.advance(Duration.ofMinutes(1));
    assertThat(consumer.next(Duration.ofMillis(1))).isEqualTo(Optional.empty());
    assertThat(time.timers()).noneMatch(name -> name.startsWith("Poll"));
  }

  @Test
  @Tag("INVALID")
  void aTimeoutOutOfRangeIsRefused() {
    open();
    for (Duration wrong : new Duration[] {null, Duration.ofMillis(-1), Duration.ofDays(2)}) {
      assertThatThrownBy(() -> consumer.next(wrong))
          .isInstanceOfSatisfying(
              QueueException.class,
              e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.INVALID))
          .hasMessage("next(" + wrong + ") on [app:orders]: the timeout must be 0s to 1d.");
    }
  }
}
