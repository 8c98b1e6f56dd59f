package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueReceiver;
import dev.waybill.api.ReceiveRequest;
import dev.waybill.api.ReceivedMessage;
import dev.waybill.testkit.outbound.TransactionLevel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages that an application asks for, and settles by their leases. */
class PullTest extends PullSettlementRules {

  @Tag("P2")
  @Test
  void aLeaseIsSettledOnAnotherNodeAndAfterARestart() throws Exception {
    try (Databases databases = databases(CommitPath.XA)) {
      String first;
      String second;
      try (WaybillServer one = WaybillServer.start(databases)) {
        one.producer().send(WaybillServer.message(ORDERS, "a"));
        one.producer().send(WaybillServer.message(ORDERS, "b"));
        List<ReceivedMessage> received = one.receiver().tryReceive(REQUEST);
        first = received.get(0).lease();
        second = received.get(1).lease();
        try (WaybillServer two =
            WaybillServer.start(databases, adapter -> adapter.setNodeName("node-2"))) {
          two.receiver().extendLease(first, Duration.ofHours(2));
          two.receiver().ack(first);
        }
      }
      databases.timePassedSinceKill();
      try (WaybillServer again = WaybillServer.start(databases)) {
        assertThat(databases.owedIn(ORDERS)).containsExactly("LEASED 1");
        again.receiver().reject(second, "too late");
      }
      assertThat(databases.owedIn(ORDERS)).containsExactly("DEAD 1");
      assertThat(databases.outcomesIn(ORDERS)).containsExactly("COMPLETED", "REJECTED");
    }
  }

  @Tag("P1")
  @Tag("M7")
  @Test
  void aLeaseThatNobodySettlesRunsOutAndItsAttemptCounts() throws Exception {
    play(
        CommitPath.XA,
        scene -> {
          scene.send("a");
          ReceiveRequest brief =
              ReceiveRequest.from(ORDERS)
                  .leaseDuration(Duration.ofSeconds(1))
                  .retrySchedule("0s")
                  .build();
          List<ReceivedMessage> first = scene.receiver().tryReceive(brief);
          assertThat(texts(first)).containsExactly("a #1");
          assertThat(first.get(0).leasedUntil()).isAfter(first.get(0).timestamp());

          ReceiveRequest patient =
              ReceiveRequest.from(ORDERS).batchSize(1).batchWait(Duration.ofSeconds(60)).build();
          List<ReceivedMessage> second = scene.receiver().receive(patient);

          assertThat(texts(second)).containsExactly("a #2");
          assertThat(scene.databases().outcomesIn(ORDERS)).containsExactly("EXPIRED");
          assertNotHeld(() -> first.get(0).ack());
          second.get(0).ack();
          assertThat(scene.databases().owedIn(ORDERS)).isEmpty();
        });
  }

  @Tag("P1")
  @Tag("INVALID")
  @Test
  void whatIsWrongWithARequestIsSaid() throws Exception {
    play(
        CommitPath.XA,
        scene -> {
          assertInvalid(
              scene,
              ReceiveRequest.from(ORDERS).batchSize(101),
              "ReceiveRequest: batchSize=\"101\" is out of range; accepted: 1 to 100;");
          assertInvalid(
              scene,
              ReceiveRequest.from(ORDERS).batchWait(Duration.ofSeconds(61)),
              "batchWait=\"PT1M1S\" is out of range; accepted: 0s to 1m;");
          assertInvalid(
              scene,
              ReceiveRequest.from(ORDERS).leaseDuration(Duration.ofMillis(999)),
              "leaseDuration=\"PT0.999S\" is out of range; accepted: 1s to 365d;");
          assertInvalid(
              scene,
              ReceiveRequest.from(ORDERS).group("audit"),
              "group=\"audit\" names a consumer group, which this version does not have yet");
          assertInvalid(
              scene,
              ReceiveRequest.from(ORDERS, "app:other").deadLetterQueue("app:other"),
              "deadLetterQueue=\"app:other\" is one of the queues received from");
          assertInvalid(
              scene,
              ReceiveRequest.from(ORDERS).retrySchedule("soon"),
              "retrySchedule=soon is neither exponential, none, nor a list");
          assertInvalid(scene, ReceiveRequest.from(), "names no queue");
          assertInvalid(scene, ReceiveRequest.from("orders"), "orders");
          assertThatThrownBy(
                  () -> scene.receiver().consumer(ReceiveRequest.from(ORDERS).batchSize(2).build()))
              .hasMessageContaining("batchSize is for receive(…) alone");
        });
  }

  private static void assertInvalid(PullScene scene, ReceiveRequest.Builder request, String text) {
    assertThatThrownBy(() -> scene.receiver().receive(request.build()))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
        .hasMessageContaining(text);
  }

  @Tag("P1")
  @Tag("G5")
  @Tag("UNAVAILABLE")
  @Test
  void aStopEndsWaitsAndLosesNothing() throws Exception {
    try (Databases databases = databases(CommitPath.XA)) {
      WaybillServer server = WaybillServer.start(databases);
      QueueReceiver receiver = server.receiver();
      ReceiveRequest patient =
          ReceiveRequest.from(ORDERS).batchWait(Duration.ofSeconds(60)).build();
      CompletableFuture<List<ReceivedMessage>> empty =
          CompletableFuture.supplyAsync(
              () -> receiver.receive(ReceiveRequest.of("app:empty", "app:void")));
      CompletableFuture<List<ReceivedMessage>> waiting =
          CompletableFuture.supplyAsync(() -> receiver.receive(patient));
      server.producer().send(WaybillServer.message(ORDERS, "a"));
      await().until(() -> databases.owedIn(ORDERS).equals(List.of("LEASED 1")));
      server.close();

      assertThat(texts(waiting.join())).containsExactly("a #1");
      assertThatThrownBy(empty::join)
          .hasCauseInstanceOf(QueueException.class)
          .cause()
          .satisfies(
              e -> {
                assertThat(((QueueException) e).kind()).isEqualTo(Kind.UNAVAILABLE);
                assertThat(((QueueException) e).retryable()).isTrue();
              })
          .hasMessageContaining("stopping");
      assertThat(databases.owedIn(ORDERS)).containsExactly("LEASED 1");
      server.checker().assertClean();
    }
  }

  @Tag("P2")
  @Tag("C6")
  @Tag("C8")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void whatABeanAsksForIsSettledWithItsDelivery(CommitPath path) throws Exception {
    play(
        path,
        scene -> {
          String stock = "app:stock";
          scene.producer().send(WaybillServer.message(stock, "item"));
          Recorder recorder = new Recorder();
          scene
              .server()
              .deploy(
                  "Puller",
                  ORDERS,
                  message -> {
                    ReceiveRequest request =
                        ReceiveRequest.from(stock)
                            .batchSize(1)
                            .batchWait(Duration.ofSeconds(60))
                            .retrySchedule("0s,0s")
                            .build();
                    // The first attempt rolls back, and with it its settlement; the extension
                    // stands.
                    ReceivedMessage item = scene.receiver().receive(request).get(0);
                    scene.producer().send(WaybillServer.message("app:next", item.text()));
                    if (message.attempts() == 1) {
                      scene.receiver().extendLease(item.lease(), Duration.ofMillis(1));
                      item.reject("undone");
                      throw new IllegalStateException("meant to fail");
                    }
                    item.ack();
                    recorder.onMessage(message);
                  },
                  spec -> {});
          scene.send("order");
          await().until(() -> recorder.seen().equals(List.of("order #2")));
          await().until(() -> scene.databases().owedIn(ORDERS).isEmpty());
          assertThat(scene.databases().owedIn(stock)).isEmpty();
          assertThat(scene.databases().outcomesIn(stock)).containsExactly("EXPIRED", "COMPLETED");
          assertThat(scene.databases().bodiesIn("app:next")).containsExactly("item");
          if (path == CommitPath.XA) {
            // One branch holds the completions of both and the send.
            assertThat(scene.databases().branches()).containsExactly("COMMITTED");
          }
        });
  }

  @Tag("P2")
  @Tag("INVALID")
  @Test
  void aPoolThatDoesNotEnlistTakesNoSettlementInATransaction() throws Exception {
    play(
        CommitPath.XA,
        scene -> {
          scene.send("a");
          QueueReceiver receiver = scene.server().receiver(TransactionLevel.NO_TRANSACTION);
          scene.inTransaction(
              () -> {
                String lease = only(receiver).lease();
                assertThatThrownBy(() -> receiver.ack(lease))
                    .isInstanceOfSatisfying(
                        QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
                    .hasMessageContainingAll(
                        "QueueReceiver",
                        "Nothing was settled",
                        "transactionSupport = XATransaction");
                return null;
              });
          assertThat(scene.databases().owedIn(ORDERS)).containsExactly("LEASED 1");
        });
  }
}
