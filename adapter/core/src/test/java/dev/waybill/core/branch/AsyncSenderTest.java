package dev.waybill.core.branch;

import static dev.waybill.core.branch.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.InMemoryBranchStore.Fault;
import dev.waybill.core.model.BodyCodec;
import dev.waybill.core.model.JavaBodies;
import dev.waybill.core.model.Limits;
import dev.waybill.core.model.MessageEncoder;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.QueueSettings;
import dev.waybill.core.model.TaskScheduler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sends on another thread. */
@Tag("S13")
class AsyncSenderTest {

  private final InMemoryBranchStore store = new InMemoryBranchStore();
  private final FakeTransaction transaction = new FakeTransaction();
  private final RecordedEvents events = new RecordedEvents();
  private final LaterTasks tasks = new LaterTasks();
  private final List<QueueName> required = new ArrayList<>();
  private final AsyncSender async = new AsyncSender(tasks);
  private final Sender sender =
      new Sender(
          new MessageEncoder(
              Limits.DEFAULT, () -> NOW, new Random(1), new BodyCodec(JavaBodies.OFF)),
          new QueueDirectory() {
            @Override
            public QueueSettings require(QueueName name) {
              required.add(name);
              return new QueueSettings(name, Duration.ZERO);
            }

            @Override
            public void configure(QueueSettings settings) {
              throw new UnsupportedOperationException();
            }
          },
          new CurrentBranch(
              transaction,
              new LocalBranch(store, events),
              Optional.empty(),
              new XaBranches(() -> store, transaction, events, tasks)));

  private CompletableFuture<UUID> send(OutgoingMessage message) {
    return async.send(message, sender).toCompletableFuture();
  }

  private static OutgoingMessage order(String text) {
    return OutgoingMessage.to("app:orders").text(text).build();
  }

  private static void assertFailed(
      CompletableFuture<UUID> sent, Kind kind, boolean retryable, String... parts) {
    assertThat(sent)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(kind);
              assertThat(e.retryable()).isEqualTo(retryable);
            })
        .withMessageContainingAll(parts);
  }

  /** What an application may change after the call. */
  public static final class Order {
    public int total = 1;
  }

  @Test
  void theStoreIsAskedOnTheOtherThreadAndTheBodyIsThatOfTheCall() {
    Order order = new Order();
    CompletableFuture<UUID> sent = send(OutgoingMessage.to("app:orders").json(order).build());
    order.total = 2;
    assertThat(required).isEmpty();
    assertThat(sent).isNotDone();

    tasks.run();

    assertThat(required).hasSize(1);
    assertThat(store.committed)
        .singleElement()
        .isInstanceOfSatisfying(
            Operation.Enqueue.class,
            enqueue -> {
              assertThat(sent).isCompletedWithValue(enqueue.message().id());
              assertThat(new String(enqueue.message().body(), StandardCharsets.UTF_8))
                  .isEqualTo("{\"total\":1}");
            });
  }

  @Test
  @Tag("INVALID")
  @Tag("UNAVAILABLE")
  void everyErrorIsTheStages() {
    assertFailed(send(null), Kind.INVALID, false, "The message is null");
    assertFailed(
        send(OutgoingMessage.to("orders").text("x").build()), Kind.INVALID, false, "orders");
    store.fault = Fault.UNAVAILABLE;
    CompletableFuture<UUID> sent = send(order("x"));
    tasks.run();
    assertFailed(sent, Kind.UNAVAILABLE, true, "store");
  }

  @Test
  @Tag("UNAVAILABLE")
  void onlySoManyWaitForAThread() {
    List<CompletableFuture<UUID>> waiting =
        IntStream.range(0, AsyncSender.MOST).mapToObj(i -> send(order("m" + i))).toList();
    assertFailed(
        send(order("one too many")),
        Kind.UNAVAILABLE,
        true,
        "1000 messages of sendAsync are waiting for a thread already",
        "Nothing was sent",
        "enlarge the server's thread pool, or use send");

    runAll();

    assertThat(waiting).allMatch(CompletableFuture::isDone);
    CompletableFuture<UUID> next = send(order("next"));
    tasks.run();
    assertThat(next).isCompleted();
  }

  /** Runs what waits, and what that puts off; no more than a few at a time. */
  private void runAll() {
    for (int run = tasks.run(); run > 0; run = tasks.run()) {
      assertThat(run).isLessThanOrEqualTo(AsyncSender.THREADS);
    }
  }

  @Test
  void aFewThreadsSendAllInTheirOrderAndGoBackToThePoolInBetween() {
    List<CompletableFuture<UUID>> waiting =
        IntStream.range(0, 500).mapToObj(i -> send(order("m" + i))).toList();
    assertThat(tasks.run()).isEqualTo(AsyncSender.THREADS);
    assertThat(waiting).anyMatch(each -> !each.isDone());

    runAll();

    assertThat(waiting).allMatch(CompletableFuture::isDone);
    assertThat(store.committed)
        .extracting(each -> ((Operation.Enqueue) each).message().body())
        .extracting(body -> new String(body, StandardCharsets.UTF_8))
        .isEqualTo(IntStream.range(0, 500).mapToObj(i -> "m" + i).toList());
    CompletableFuture<UUID> next = send(order("next"));
    runAll();
    assertThat(next).isCompleted();
  }

  @Test
  @Tag("UNAVAILABLE")
  void whoIsToldOfAFailureMaySendAgainAtOnce() {
    CompletableFuture<UUID> first = send(order("first"));
    CompletableFuture<UUID> again =
        first.exceptionallyCompose(
            e -> {
              store.fault = Fault.NONE;
              return send(order("again"));
            });
    for (int i = 1; i < AsyncSender.MOST; i++) {
      var unused = send(order("m" + i));
    }
    store.fault = Fault.UNAVAILABLE;
    runAll();
    assertThat(again).isCompleted();
  }

  @Test
  void aThreadThatGetsNoSuccessorGoesOn() {
    List<CompletableFuture<UUID>> waiting =
        IntStream.range(0, 500).mapToObj(i -> send(order("m" + i))).toList();
    tasks.refuse(true);
    tasks.run();
    assertThat(waiting).allMatch(each -> each.isDone() && !each.isCompletedExceptionally());
  }

  @Test
  @Tag("UNAVAILABLE")
  void whoIsRefusedAThreadIsSentByAnotherOrToldSo() {
    CompletableFuture<UUID> first = send(order("first"));
    tasks.refuse(true);
    CompletableFuture<UUID> second = send(order("second"));
    assertThat(second).isNotDone();
    tasks.run();
    assertThat(first).isCompleted();
    assertThat(second).isCompleted();

    assertFailed(
        send(order("third")), Kind.UNAVAILABLE, true, "WorkManager has no thread to send with");
    tasks.refuse(false);
    CompletableFuture<UUID> fourth = send(order("fourth"));
    runAll();
    assertThat(fourth).isCompleted();
  }

  @Test
  @Tag("UNAVAILABLE")
  void aServerWithoutAThreadIsSaid() {
    AsyncSender refused =
        new AsyncSender(
            new TaskScheduler() {
              @Override
              public boolean execute(String name, Runnable task) {
                return false;
              }

              @Override
              public Cancellable after(Duration delay, String name, Runnable task) {
                throw new AssertionError("put off");
              }
            });
    for (int i = 0; i <= AsyncSender.MOST; i++) {
      assertFailed(
          refused.send(order("x"), sender).toCompletableFuture(),
          Kind.UNAVAILABLE,
          true,
          "WorkManager has no thread to send with",
          "Send again later");
    }
    assertThat(store.committed).isEmpty();
  }
}
