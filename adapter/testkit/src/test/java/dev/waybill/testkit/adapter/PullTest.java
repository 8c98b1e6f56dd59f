package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueReceiver;
import dev.waybill.api.ReceiveRequest;
import dev.waybill.api.ReceivedMessage;
import dev.waybill.api.SettleResult;
import dev.waybill.api.Settlement;
import dev.waybill.testkit.outbound.TransactionLevel;
import jakarta.transaction.RollbackException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages that an application asks for, and settles by their leases. */
class PullTest {

  private static final ReceiveRequest REQUEST =
      ReceiveRequest.from(ORDERS).batchWait(Duration.ZERO).retrySchedule("0s,0s,0s,0s").build();

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  private void play(CommitPath path, PullScene.Play play) throws Exception {
    PullScene.play(databases(path), play);
  }

  private static List<String> texts(List<ReceivedMessage> messages) {
    return messages.stream().map(message -> message.text() + " #" + message.attempts()).toList();
  }

  private static ReceivedMessage only(QueueReceiver receiver) {
    List<ReceivedMessage> received = receiver.tryReceive(REQUEST);
    assertThat(received).hasSize(1);
    return received.get(0);
  }

  private static void assertNotHeld(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
        .hasMessageContainingAll("is not held", "Nothing was changed", "extendLease");
  }

  @Tag("P1")
  @Tag("P2")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void aSettlementCommitsWithTheTransactionAndTheReceiveByItself(CommitPath path) throws Exception {
    play(
        path,
        scene -> {
          scene.send("a", "b", "c");
          scene.inTransaction(
              () -> {
                scene.place("before");
                List<ReceivedMessage> received = scene.receiver().tryReceive(REQUEST);
                assertThat(texts(received)).containsExactly("a #1", "b #1", "c #1");
                scene.receiver().ack(received.get(0).lease());
                received.get(1).ack();
                scene.receiver().retry(received.get(2).lease(), Duration.ofHours(1));
                scene.producer().send(WaybillServer.message("app:next", "d"));
                scene.place("after");
                return null;
              });
          assertThat(scene.databases().owedIn(ORDERS)).containsExactly("SCHEDULED 1");
          assertThat(scene.databases().bodiesIn("app:next")).containsExactly("d");
          assertThat(scene.databases().placedBy("before")).hasSize(1);
          assertThat(scene.databases().placedBy("after")).hasSize(1);
          assertThat(scene.databases().outcomesIn(ORDERS))
              .containsExactlyInAnyOrder("COMPLETED", "COMPLETED", "RETRIED");
        });
  }

  @Tag("P1")
  @Tag("P2")
  @Tag("C7")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void aRollbackTakesSettlementsBackAndNeitherLeaseNorAttempt(CommitPath path) throws Exception {
    play(
        path,
        scene -> {
          scene.send("a");
          String[] lease = new String[1];
          scene.rolledBack(
              () -> {
                scene.place("order");
                lease[0] = only(scene.receiver()).lease();
                scene.receiver().reject(lease[0], "meant to be undone");
                return null;
              });
          assertThat(scene.databases().placedBy("order")).isEmpty();
          assertThat(scene.databases().owedIn(ORDERS)).containsExactly("LEASED 1");
          assertThat(scene.receiver().tryReceive(REQUEST)).isEmpty();

          scene.receiver().ack(lease[0]);
          assertThat(scene.databases().owedIn(ORDERS)).isEmpty();
          assertThat(scene.databases().outcomesIn(ORDERS)).containsExactly("COMPLETED");
        });
  }

  @Tag("P2")
  @Tag("C14")
  @Tag("CONFLICT")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void aStaleLeaseIsReportedAndTheTransactionGoesOn(CommitPath path) throws Exception {
    play(
        path,
        scene -> {
          scene.send("a", "b");
          List<ReceivedMessage> received = scene.receiver().tryReceive(REQUEST);
          String stale = received.get(0).lease();
          scene.receiver().ack(stale);
          scene.inTransaction(
              () -> {
                scene.place("before");
                assertNotHeld(() -> scene.receiver().ack(stale));
                assertNotHeld(() -> received.get(0).retry());
                assertNotHeld(() -> scene.receiver().reject("no lease of ours", "?"));
                assertNotHeld(() -> scene.receiver().extendLease(stale, Duration.ofMinutes(1)));
                scene.assertActive();
                scene.receiver().ack(received.get(1).lease());
                // Settled by this very transaction: to try it would spoil it.
                assertNotHeld(() -> scene.receiver().ack(received.get(1).lease()));
                assertNotHeld(() -> received.get(1).reject("again"));
                scene.assertActive();
                scene.place("after");
                return null;
              });
          assertThat(scene.databases().placedBy("before")).hasSize(1);
          assertThat(scene.databases().placedBy("after")).hasSize(1);
          assertThat(scene.databases().owedIn(ORDERS)).isEmpty();
          assertThat(scene.databases().outcomesIn(ORDERS))
              .containsExactly("COMPLETED", "COMPLETED");
        });
  }

  @Tag("P2")
  @Tag("G3")
  @Tag("C9")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void aLeaseLostBeforeTheCommitRollsTheTransactionBackOrWaitsForIt(CommitPath path)
      throws Exception {
    play(
        path,
        scene -> {
          scene.send("a");
          String lease = only(scene.receiver()).lease();
          Callable<Void> settledTwice =
              () -> {
                scene.place("order");
                scene.receiver().ack(lease);
                if (!path.isJoined()) {
                  // Somebody else, without a transaction. On the joined path he would wait.
                  CompletableFuture.runAsync(() -> scene.receiver().retry(lease)).join();
                }
                return null;
              };
          if (path.isJoined()) {
            scene.inTransaction(settledTwice);
            assertThat(scene.databases().placedBy("order")).hasSize(1);
            assertThat(scene.databases().outcomesIn(ORDERS)).containsExactly("COMPLETED");
          } else {
            assertThat(
                    catchThrowableOfType(
                        RollbackException.class, () -> scene.inTransaction(settledTwice)))
                .isNotNull();
            assertThat(scene.databases().placedBy("order")).isEmpty();
            assertThat(scene.databases().outcomesIn(ORDERS)).containsExactly("RETRIED");
          }
        });
  }

  @Tag("P2")
  @ParameterizedTest
  @EnumSource
  void aListSettlesAllThatCanBeAndReportsEach(CommitPath path) throws Exception {
    play(
        path,
        scene -> {
          scene.send("a", "b", "c", "d", "e");
          List<String> leases =
              scene.receiver().tryReceive(REQUEST).stream().map(ReceivedMessage::lease).toList();
          scene.receiver().ack(leases.get(0));
          List<Settlement> list =
              List.of(
                  Settlement.ack(leases.get(0)),
                  Settlement.ack(leases.get(1)),
                  Settlement.retry(leases.get(2)),
                  Settlement.retry(leases.get(3), Duration.ofDays(30)),
                  Settlement.reject(leases.get(4), "unwanted"),
                  Settlement.ack(leases.get(1)),
                  Settlement.ack("?"));
          Callable<List<SettleResult>> call =
              () -> {
                scene.place("order");
                return scene.receiver().settle(list);
              };
          List<SettleResult> results =
              path == CommitPath.LOCAL ? call.call() : scene.inTransaction(call);

          assertThat(results)
              .extracting(SettleResult::settled)
              .containsExactly(false, true, true, false, true, false, false);
          assertThat(results)
              .extracting(SettleResult::lease)
              .isEqualTo(list.stream().map(Settlement::lease).toList());
          assertThat(results.get(0).error()).get().extracting("kind").isEqualTo(Kind.CONFLICT);
          assertThat(results.get(3).error()).get().extracting("kind").isEqualTo(Kind.INVALID);
          assertThat(results.get(3).error().orElseThrow())
              .hasMessageContainingAll("PT720H", "0s to maxDelay=12h");
          assertThat(results.get(5).error().orElseThrow())
              .hasMessageContaining("named twice in one list");
          assertThat(results.get(6).error()).get().extracting("kind").isEqualTo(Kind.CONFLICT);
          assertThat(scene.databases().placedBy("order")).hasSize(1);
          assertThat(scene.databases().owedIn(ORDERS))
              .containsExactly("READY 1", "LEASED 1", "DEAD 1");
          assertThat(scene.databases().outcomesIn(ORDERS))
              .containsExactlyInAnyOrder("COMPLETED", "COMPLETED", "RETRIED", "REJECTED");
        });
  }

  @Tag("P2")
  @Tag("INVALID")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED"})
  void aTransactionThatCannotCommitTakesNoSettlement(CommitPath path) throws Exception {
    play(
        path,
        scene -> {
          scene.send("a");
          String lease = only(scene.receiver()).lease();
          scene.rolledBack(
              () -> {
                scene.server().container.transactions().manager().setRollbackOnly();
                assertThatThrownBy(() -> scene.receiver().ack(lease))
                    .isInstanceOfSatisfying(
                        QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
                    .hasMessageContainingAll("can no longer commit", "settlement", "REQUIRES_NEW");
                return null;
              });
          scene.receiver().ack(lease);
          assertThat(scene.databases().outcomesIn(ORDERS)).containsExactly("COMPLETED");
        });
  }

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
