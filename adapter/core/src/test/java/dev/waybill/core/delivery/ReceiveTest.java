package dev.waybill.core.delivery;

import static dev.waybill.core.delivery.Puller.patient;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.Cancellation;
import dev.waybill.api.Message;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.ReceiveRequest;
import dev.waybill.api.ReceivedMessage;
import dev.waybill.api.Watermark;
import dev.waybill.core.branch.TransactedDelivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers that wait for messages on their own threads. Polls are an hour apart: signals count. */
@Tag("P1")
@Timeout(60)
class ReceiveTest {

  private static final int MANY = 20;

  private final ThreadedScheduler threads = new ThreadedScheduler();
  private final Queued queued = new Queued(threads, hourlyPolls());
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final Cancellation cancellation = new Cancellation();
  private PullReceiver receiver;

  private static EngineSettings hourlyPolls() {
    EngineSettings standard = EngineSettings.defaults("node1");
    return new EngineSettings(
        standard.node(),
        standard.reapInterval(),
        standard.longestHold(),
        standard.pruneInterval(),
        standard.retention(),
        Duration.ofDays(1));
  }

  @BeforeEach
  void open() {
    queued.open();
    receiver = Puller.of(queued, threads);
  }

  @AfterEach
  void close() {
    queued.engine.stop();
    callers.shutdownNow();
    threads.close();
  }

  private CompletableFuture<List<String>> receive(int size) {
    return CompletableFuture.supplyAsync(
        () -> texts(receiver.receive(patient(size), cancellation)), callers);
  }

  private List<CompletableFuture<List<String>>> manyReceivers() {
    return IntStream.range(0, MANY).mapToObj(i -> receive(1)).toList();
  }

  private static List<String> texts(List<ReceivedMessage> messages) {
    return messages.stream().map(Message::text).toList();
  }

  /** All have looked once, and found nothing. */
  private void awaitLooks(int count) {
    await().until(() -> queued.leases.calls("nextDue") >= 1);
    await().until(() -> queued.leases.calls("claim") >= count);
  }

  @Test
  @Tag("M19")
  @Tag("INVALID")
  void aMessageThatIsReceivedInAListenerHasNoWatermark() {
    queued.send("a");
    ReceivedMessage message = receiver.receive(patient(1)).get(0);
    TransactedDelivery.enter("the listener's", mark -> true);
    try {
      assertThatThrownBy(() -> Watermark.firstTime(message))
          .isInstanceOfSatisfying(
              QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
          .hasMessageContaining("it was taken by a receiver");
    } finally {
      TransactedDelivery.leave();
    }
  }

  @Test
  void aSignalCostsOneLookHoweverManyWait() {
    List<CompletableFuture<List<String>>> waiting = manyReceivers();
    awaitLooks(MANY);
    long looks = queued.leases.calls("claim");

    queued.send("a");
    await().until(() -> waiting.stream().anyMatch(CompletableFuture::isDone));
    queued.engine.visible(java.util.Set.of(Queued.ORDERS));
    queued.send("b");
    await().until(() -> waiting.stream().filter(CompletableFuture::isDone).count() == 2);
    cancellation.cancel();

    List<String> all = new ArrayList<>();
    waiting.forEach(each -> all.addAll(each.join()));
    assertThat(all).containsExactlyInAnyOrder("a", "b");
    // Each find is followed by another look; and each of the three signals may cost one.
    assertThat(queued.leases.calls("claim") - looks).isLessThanOrEqualTo(5);
  }

  @Test
  void manyMessagesOfOneSignalReachAllWhoWait() {
    List<CompletableFuture<List<String>>> waiting = manyReceivers();
    awaitLooks(MANY);

    queued.send(IntStream.range(0, MANY).mapToObj(i -> "m" + i).toArray(String[]::new));

    List<String> all = new ArrayList<>();
    waiting.forEach(each -> all.addAll(each.join()));
    assertThat(all).doesNotHaveDuplicates().hasSize(MANY);
    assertThat(queued.states()).hasSize(MANY).containsOnly("LEASED/1");
  }

  @Test
  void aBatchIsReturnedWhenItIsFull() {
    CompletableFuture<List<String>> batch = receive(3);
    queued.send("a");
    await().until(() -> queued.states().equals(List.of("LEASED/1")));
    queued.send("b", "c", "d");

    assertThat(batch.join()).containsExactly("a", "b", "c");
    await().until(() -> queued.states().get(3).equals("READY/0"));
  }

  @Test
  void aBatchIsReturnedWhenTheWaitIsOver() {
    queued.sendUnseen("a", "b");
    ReceiveRequest brief =
        ReceiveRequest.from("app:orders", "app:others").batchWait(Duration.ofMillis(20)).build();

    assertThat(texts(receiver.receive(brief))).containsExactly("a", "b");
    assertThat(receiver.receive(brief)).isEmpty();
  }

  @Test
  void aMessageThatBecomesDueIsFoundWithoutASignal() {
    CompletableFuture<List<String>> waiting = receive(1);
    awaitLooks(1);
    queued.memory.commitLocal(
        List.of(queued.message(Queued.ORDERS, "later", Duration.ofMillis(300), 4)));
    queued.engine.visible(java.util.Set.of(Queued.ORDERS));

    assertThat(waiting.join()).containsExactly("later");
  }

  @Test
  void aCancelEndsTheWaitWithWhatThereIs() {
    CompletableFuture<List<String>> partial = receive(2);
    queued.send("a");
    await().until(() -> queued.states().equals(List.of("LEASED/1")));
    CompletableFuture<List<String>> empty = receive(2);
    cancellation.cancel();

    assertThat(partial.join()).containsExactly("a");
    assertThat(empty.join()).isEmpty();
    long looks = queued.leases.calls("claim");
    assertThat(receiver.receive(patient(1), cancellation)).as("cancelled before").isEmpty();
    assertThat(queued.leases.calls("claim")).isEqualTo(looks);
  }

  @Test
  void anInterruptEndsTheWaitAndStays() {
    AtomicReference<Thread> caller = new AtomicReference<>();
    AtomicBoolean interrupted = new AtomicBoolean();
    CompletableFuture<List<ReceivedMessage>> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              caller.set(Thread.currentThread());
              List<ReceivedMessage> received = receiver.receive(patient(1));
              interrupted.set(Thread.interrupted());
              return received;
            },
            callers);
    awaitLooks(1);
    caller.get().interrupt();

    assertThat(waiting.join()).isEmpty();
    assertThat(interrupted).isTrue();
  }

  @Test
  @Tag("UNAVAILABLE")
  void aStoreOutOfReachIsToldToWhoLooks() {
    queued.leases.before("claim", Queued::breakDown);
    assertThatThrownBy(() -> receiver.receive(patient(1)))
        .isInstanceOf(QueueException.class)
        .hasMessage("connection refused");
    queued.leases.calm();
    queued.sendUnseen("a");
    assertThat(texts(receiver.receive(patient(1)))).containsExactly("a");
  }

  @Test
  void whatWasLeasedIsHandedOutThoughTheStoreFailsRightAfterwards() {
    queued.sendUnseen("a");
    queued.leases.before("nextDue", Queued::breakDown);
    ReceiveRequest brief =
        ReceiveRequest.from("app:orders").batchWait(Duration.ofMillis(20)).build();

    assertThat(texts(receiver.receive(brief))).containsExactly("a");
    assertThat(queued.leases.calls("nextDue")).isOne();
  }

  @Test
  @Tag("UNAVAILABLE")
  void aStopEndsAllWaits() {
    List<CompletableFuture<List<String>>> waiting = manyReceivers();
    awaitLooks(MANY);
    queued.engine.stop();

    for (CompletableFuture<List<String>> each : waiting) {
      assertThatThrownBy(each::join)
          .cause()
          .isInstanceOfSatisfying(
              QueueException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(QueueException.Kind.UNAVAILABLE);
                assertThat(e.retryable()).isTrue();
              })
          .hasMessage(
              "Waybill is stopping and hands out no more messages. Ask again when it is back; a consumer"
                  + " that was made before the stop has to be made anew.");
    }
    assertThatThrownBy(() -> receiver.tryReceive(patient(1)))
        .hasMessageStartingWith("Waybill is stopping");
  }

  @Test
  void severalReceiversShareAQueueAndNothingIsTakenTwice() {
    int messages = 500;
    List<CompletableFuture<List<String>>> takers =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          List<String> mine = new ArrayList<>();
                          while (!cancellation.isCancelled()) {
                            for (ReceivedMessage message :
                                receiver.receive(patient(7), cancellation)) {
                              mine.add(message.text());
                              message.ack();
                            }
                          }
                          return mine;
                        },
                        callers))
            .toList();
    for (int i = 0; i < messages; i++) {
      queued.send("m" + i);
    }
    await()
        .until(
            () ->
                queued.states().stream().filter(state -> !state.equals("READY/0")).count()
                    == messages);
    cancellation.cancel();

    List<String> all = new ArrayList<>();
    takers.forEach(taker -> all.addAll(taker.join()));
    assertThat(all).doesNotHaveDuplicates().hasSize(messages);
    assertThat(queued.states()).containsOnly("COMPLETED/1");
  }
}
