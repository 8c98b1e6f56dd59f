package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.ErrorPage.assertRefused;
import static dev.waybill.testkit.adapter.ErrorScene.play;
import static dev.waybill.testkit.adapter.OrderBean.FOLLOW_UPS;
import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static dev.waybill.testkit.adapter.WaybillServer.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.DeliveryContext;
import dev.waybill.api.Message;
import dev.waybill.api.MessageBatch;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.Watermark;
import dev.waybill.testkit.adapter.ErrorScene.Row;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a bean reads when it is refused. Nothing is decided by that, and its delivery goes on. */
class ListenerErrorsTest {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration DAYS = Duration.ofDays(30);

  @Tag("INVALID")
  @Tag("TOO_LARGE")
  @Tag("CONFLICT")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "LOCAL"})
  void aListenerIsToldAndItsDeliveryGoesOn(CommitPath path) throws Exception {
    play(
        path,
        adapter -> adapter.setMaxResponseBytes("100"),
        scene -> {
          AtomicReference<Message> late = new AtomicReference<>();
          scene
              .server()
              .deploy(
                  "Bean",
                  ORDERS,
                  received -> {
                    late.set(received);
                    refuse(received);
                  },
                  spec -> {});
          scene.producer().send(message(ORDERS, "a"));
          await().until(() -> scene.databases().outcomesIn(ORDERS).size() == 1);
          assertThat(scene.databases().errorsIn(ORDERS)).containsOnlyNulls();
          Message over = late.get();
          for (Row row :
              List.of(
                  late("ack", over, Message::ack),
                  late("complete", over, each -> each.complete("late")),
                  late("retry", over, Message::retry),
                  late("reject", over, each -> each.reject("late")),
                  late("extendLease", over, each -> each.extendLease(LONG)))) {
            scene.assertRefused(row);
          }
          assertThat(scene.databases().outcomesIn(ORDERS)).containsExactly("COMPLETED");
        });
  }

  private static void refuse(Message received) {
    String id = received.id().toString();
    assertRefused(
        Kind.INVALID,
        "a listener that reads text as bytes",
        received::bytes,
        "The text body of message " + id + " (queue app:orders) was read as bytes",
        "Read it with text()");
    assertRefused(
        Kind.TOO_LARGE,
        "a response over maxResponseBytes",
        () -> received.complete("x".repeat(100)),
        "The response to message " + id + " has 102 bytes as JSON",
        "maxResponseBytes is 100",
        "a reference to the data",
        "Nothing is decided");
    assertRefused(
        Kind.INVALID,
        "a listener's retry out of range",
        () -> received.retry(DAYS),
        "retry(PT720H) of message " + id,
        "0s to maxDelay=12h",
        "raise maxDelay");
    assertRefused(
        Kind.INVALID,
        "a listener's extension that is none",
        () -> received.extendLease(Duration.ZERO),
        "extendLease(PT0S) of message " + id,
        "more than 0s");
    assertRefused(
        Kind.INVALID,
        "a watermark for a message of no stream",
        () -> Watermark.firstTime(received),
        "Message " + id + " (queue app:orders) cannot be told from duplicates",
        "stream");
    CompletableFuture.runAsync(
            () ->
                assertRefused(
                    Kind.INVALID,
                    "no delivery context on a thread of one's own",
                    DeliveryContext::current,
                    "No message is being delivered on thread \"",
                    "inside a queue listener",
                    "the listener's own thread"))
        .join();
  }

  private static Row late(String call, Message over, Consumer<Message> made) {
    return new Row(
        Kind.CONFLICT,
        call + " after the listener has returned",
        scene -> made.accept(over),
        call + "() of message " + over.id(),
        "app:orders",
        "after its listener had returned",
        "Nothing was changed",
        "before the listener returns");
  }

  @Tag("INVALID")
  @Tag("CONFLICT")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "LOCAL"})
  void aBatchListenerIsToldAndItsDeliveryGoesOn(CommitPath path) throws Exception {
    play(
        path,
        adapter -> {},
        scene -> {
          AtomicReference<MessageBatch> late = new AtomicReference<>();
          scene
              .server()
              .deployBatches(
                  batch -> {
                    late.set(batch);
                    assertRefused(
                        Kind.INVALID,
                        "no delivery context below a batch listener",
                        DeliveryContext::current,
                        "a batch of 1 messages of queue app:orders",
                        "Pass the Message on as an argument");
                    assertRefused(
                        Kind.INVALID,
                        "a retry of a batch out of range",
                        () -> batch.retryAll(DAYS),
                        "retryAll(PT720H) of ",
                        "queue=app:orders",
                        "0s to maxDelay=12h");
                    batch.ackAll();
                  },
                  spec -> spec.setBatchWait("0s"));
          scene.producer().send(message(ORDERS, "a"));
          await().until(() -> scene.databases().outcomesIn(ORDERS).size() == 1);
          scene.assertRefused(
              new Row(
                  Kind.CONFLICT,
                  "retryAll after the listener has returned",
                  each -> late.get().retryAll(),
                  "retryAll() of ",
                  "queue=app:orders",
                  "after its listener had returned",
                  "Nothing was changed"));
          assertThat(scene.databases().errorsIn(ORDERS)).containsOnlyNulls();
          assertThat(scene.databases().outcomesIn(ORDERS)).containsExactly("COMPLETED");
        });
  }

  @Tag("CONFLICT")
  @Tag("M12")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED"})
  void aBeanThatComesTooLateIsToldThatItWillRollBack(CommitPath path) throws Exception {
    play(
        path,
        adapter -> {},
        scene -> {
          CountDownLatch second = new CountDownLatch(1);
          CountDownLatch refused = new CountDownLatch(1);
          scene
              .server()
              .deploy(
                  "Bean",
                  ORDERS,
                  received -> {
                    scene.producer().send(message(FOLLOW_UPS, "from " + received.attempts()));
                    if (received.attempts() > 1) {
                      second.countDown();
                      refused.await();
                      return;
                    }
                    second.await();
                    assertRefused(
                        Kind.CONFLICT,
                        "extendLease after the lease was lost",
                        () -> received.extendLease(LONG),
                        "The lease of message " + received.id() + " (queue app:orders, attempt 1)",
                        "was lost before extendLease",
                        "What this listener does will roll back",
                        "raise leaseDuration");
                    refused.countDown();
                  },
                  spec -> {
                    spec.setLeaseRenewal("false");
                    spec.setMaxConcurrency("2");
                  });
          scene.producer().send(message(ORDERS, "a"));
          await().until(() -> scene.databases().owedIn(ORDERS).isEmpty());
          assertThat(refused.getCount()).isZero();
          assertThat(scene.databases().outcomesIn(ORDERS)).contains("EXPIRED", "COMPLETED");
          assertThat(scene.databases().bodiesIn(FOLLOW_UPS)).doesNotContain("from 1");
        });
  }
}
