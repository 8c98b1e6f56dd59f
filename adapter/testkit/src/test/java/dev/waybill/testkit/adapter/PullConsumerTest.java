package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.AlreadyCompletedException;
import dev.waybill.api.CompleteNotAllowedException;
import dev.waybill.api.Message;
import dev.waybill.api.MessagePendingException;
import dev.waybill.api.QueueConsumer;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.ReceiveRequest;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages that an application takes one by one. */
class PullConsumerTest {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final ReceiveRequest REQUEST =
      ReceiveRequest.from(ORDERS).retrySchedule("0s,0s,0s,0s").build();

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  /** Whether a claim goes on while a joined transaction that has settled is open. */
  boolean claimsBesideOpenSettlements() {
    return true;
  }

  private void play(CommitPath path, PullScene.Play play) throws Exception {
    PullScene.play(databases(path), play);
  }

  private static String text(Optional<Message> message) {
    return message.map(each -> each.text() + " #" + each.attempts()).orElse("nothing");
  }

  @Tag("P3")
  @Tag("P4")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void automaticCompletionIsPartOfTheTransaction(CommitPath path) throws Exception {
    play(
        path,
        scene -> {
          scene.send("a", "b");
          try (QueueConsumer consumer = scene.receiver().consumer(REQUEST)) {
            scene.rolledBack(
                () -> {
                  scene.place("undone");
                  assertThat(text(consumer.tryNext())).isEqualTo("a #1");
                  return null;
                });
            await().until(() -> scene.databases().outcomesIn(ORDERS).equals(List.of("FAILED")));
            assertThat(scene.databases().errorsIn(ORDERS))
                .containsExactly("The transaction that settled it was rolled back.");
            scene.inTransaction(
                () -> {
                  scene.place("done");
                  List<String> taken = new ArrayList<>(List.of(text(consumer.next(LONG))));
                  if (claimsBesideOpenSettlements()) {
                    taken.add(text(consumer.next(LONG)));
                    assertThat(taken).containsExactlyInAnyOrder("a #2", "b #1");
                  }
                  assertThat(scene.databases().owedIn(ORDERS)).hasSize(2);
                  return null;
                });
            if (!claimsBesideOpenSettlements()) {
              assertThat(consumer.next(LONG)).isPresent();
            }
          }
          assertThat(scene.databases().placedBy("undone")).isEmpty();
          assertThat(scene.databases().placedBy("done")).hasSize(1);
          await().until(() -> scene.databases().owedIn(ORDERS).isEmpty());
          assertThat(scene.databases().outcomesIn(ORDERS))
              .containsExactlyInAnyOrder("FAILED", "COMPLETED", "COMPLETED");
        });
  }

  @Tag("P3")
  @Tag("P4")
  @Tag("INVALID")
  @Test
  void automaticCompletionWithoutATransactionIsThereBeforeNextReturns() throws Exception {
    play(
        CommitPath.LOCAL,
        scene -> {
          scene.send("a");
          QueueConsumer consumer = scene.receiver().consumer(REQUEST);
          Message message = consumer.tryNext().orElseThrow();
          scene.assertOver("COMPLETED");

          assertThat(message.text()).isEqualTo("a");
          assertThatThrownBy(() -> message.complete("too late"))
              .isInstanceOf(CompleteNotAllowedException.class)
              .isInstanceOfSatisfying(
                  QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
              .hasMessage(
                  "complete() of message "
                      + message.id()
                      + " (queue app:orders, attempt 1) is not allowed: its consumer completes"
                      + " messages by itself, with the transaction in which next() was called, or"
                      + " before next() returned. To settle messages yourself, take them with"
                      + " consumer(…).manualCompletion().");
          assertThatThrownBy(message::retry).isInstanceOf(CompleteNotAllowedException.class);
          assertThat(consumer.tryNext()).isEmpty();
          scene.assertOver("COMPLETED");
        });
  }

  @Tag("P3")
  @Tag("PENDING")
  @Tag("CONFLICT")
  @Test
  void onePendingMessageIsCompletedOnceBeforeTheNextComes() throws Exception {
    play(
        CommitPath.LOCAL,
        scene -> {
          scene.send("a", "b");
          QueueConsumer consumer = scene.receiver().consumer(REQUEST).manualCompletion();
          Message message = consumer.tryNext().orElseThrow();
          assertThat(scene.databases().owedIn(ORDERS)).containsExactly("LEASED 1", "READY 0");
          assertThatThrownBy(consumer::tryNext)
              .isInstanceOf(MessagePendingException.class)
              .isInstanceOfSatisfying(
                  QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PENDING))
              .hasMessage(
                  "next() on [app:orders] came while message "
                      + message.id()
                      + " (queue app:orders, attempt 1) is pending. Complete, retry or reject it"
                      + " first, or close the consumer, which has it tried again. To work on several"
                      + " at a time, use several consumers, or receive(…).");
          message.extendLease(Duration.ofMinutes(1));
          message.complete(null);
          assertThatThrownBy(message::ack)
              .isInstanceOf(AlreadyCompletedException.class)
              .isInstanceOfSatisfying(
                  QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
              .hasMessage(
                  "ack() of message "
                      + message.id()
                      + " (queue app:orders, attempt 1) came after it had been settled. Nothing was"
                      + " changed. Settle each message once; the first call counts.");
          Message second = consumer.tryNext().orElseThrow();
          second.reject("unwanted");
          assertThatThrownBy(() -> second.retry(Duration.ZERO))
              .isInstanceOf(AlreadyCompletedException.class);
          assertThat(consumer.tryNext()).isEmpty();
          assertThat(scene.databases().owedIn(ORDERS)).containsExactly("DEAD 1");
          assertThat(scene.databases().outcomesIn(ORDERS))
              .containsExactlyInAnyOrder("COMPLETED", "REJECTED");
        });
  }

  @Tag("P3")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void manualCompletionIsPartOfTheTransactionInWhichItHappens(CommitPath path) throws Exception {
    play(
        path,
        scene -> {
          scene.send("a");
          try (QueueConsumer consumer = scene.receiver().consumer(REQUEST).manualCompletion()) {
            Message first = consumer.tryNext().orElseThrow();
            scene.rolledBack(
                () -> {
                  scene.place("undone");
                  first.complete("response");
                  return null;
                });
            assertThatThrownBy(first::ack).isInstanceOf(AlreadyCompletedException.class);
            Message second = consumer.next(LONG).orElseThrow();
            assertThat(second.attempts()).isEqualTo(2);
            scene.inTransaction(
                () -> {
                  scene.place("done");
                  second.complete("response");
                  return null;
                });
            assertThat(consumer.tryNext()).isEmpty();
          }
          assertThat(scene.databases().placedBy("undone")).isEmpty();
          assertThat(scene.databases().placedBy("done")).hasSize(1);
          scene.assertOver("FAILED", "COMPLETED");
        });
  }

  @Tag("P3")
  @Tag("C14")
  @Tag("M12")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void aPendingMessageWhoseLeaseWasLostIsReportedAndTheTransactionGoesOn(CommitPath path)
      throws Exception {
    play(
        path,
        scene -> {
          scene.send("a");
          try (QueueConsumer consumer = scene.receiver().consumer(REQUEST).manualCompletion()) {
            Message message = consumer.tryNext().orElseThrow();
            Databases.update(scene.databases().queue(), "update wb_lease_term set expires_at = 1");
            await().until(() -> scene.databases().outcomesIn(ORDERS).equals(List.of("EXPIRED")));
            scene.inTransaction(
                () -> {
                  scene.place("before");
                  assertThatThrownBy(message::ack)
                      .isInstanceOfSatisfying(
                          QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
                      .hasMessageContainingAll(message.id().toString(), "is not held");
                  assertThat(scene.server().container.transactions().status())
                      .isEqualTo(Status.STATUS_ACTIVE);
                  scene.place("after");
                  return null;
                });
            assertThat(scene.databases().placedBy("after")).hasSize(1);
            Message again = consumer.next(LONG).orElseThrow();
            assertThat(again.attempts()).isEqualTo(2);
            again.ack();
          }
          scene.assertOver("EXPIRED", "COMPLETED");
        });
  }

  @Tag("P3")
  @Tag("G2")
  @Tag("G3")
  @Test
  void aLeaseLostBeforeTheCommitRollsTheTransactionBack() throws Exception {
    play(
        CommitPath.XA,
        scene -> {
          scene.send("a");
          QueueConsumer consumer = scene.receiver().consumer(REQUEST);
          RollbackException rolledBack =
              catchThrowableOfType(
                  RollbackException.class,
                  () ->
                      scene.inTransaction(
                          () -> {
                            scene.place("order");
                            assertThat(text(consumer.tryNext())).isEqualTo("a #1");
                            Databases.update(
                                scene.databases().queue(),
                                "update wb_lease_term set expires_at = 1");
                            await()
                                .until(
                                    () ->
                                        scene
                                            .databases()
                                            .outcomesIn(ORDERS)
                                            .equals(List.of("EXPIRED")));
                            return null;
                          }));
          assertThat(rolledBack).isNotNull();
          assertThat(scene.databases().placedBy("order")).isEmpty();
          assertThat(text(consumer.next(LONG))).isEqualTo("a #2");
          scene.assertOver("EXPIRED", "COMPLETED");
        });
  }

  @Tag("P3")
  @ParameterizedTest
  @EnumSource(names = {"LOCAL", "JOINED"})
  void closingWithAPendingMessageFailsItsAttempt(CommitPath path) throws Exception {
    play(
        path,
        scene -> {
          scene.send("a");
          QueueConsumer consumer = scene.receiver().consumer(REQUEST).manualCompletion();
          Message message = consumer.tryNext().orElseThrow();
          consumer.close();
          consumer.close();
          assertThatThrownBy(message::ack).isInstanceOf(AlreadyCompletedException.class);
          assertThatThrownBy(consumer::tryNext)
              .hasMessageContaining("came after the consumer was closed");
          assertThat(scene.databases().errorsIn(ORDERS))
              .containsExactly("Its consumer was closed before the message was completed.");
          assertThat(text(scene.receiver().consumer(REQUEST).next(LONG))).isEqualTo("a #2");
          scene.assertOver("FAILED", "COMPLETED");
        });
  }

  @Tag("P3")
  @Test
  void aWaitingNextIsWokenByAMessageAndByClose() throws Exception {
    play(
        CommitPath.XA,
        scene -> {
          QueueConsumer consumer = scene.receiver().consumer(REQUEST);
          CompletableFuture<Optional<Message>> woken =
              CompletableFuture.supplyAsync(() -> consumer.next(LONG));
          scene.inTransaction(
              () -> {
                scene.place("order");
                scene.send("a");
                return null;
              });
          assertThat(text(woken.join())).isEqualTo("a #1");

          CompletableFuture<Optional<Message>> closed =
              CompletableFuture.supplyAsync(() -> consumer.next(LONG));
          consumer.close();
          // Closed while it waited, or before it began.
          assertThat(
                  closed
                      .handle((message, error) -> error == null ? text(message) : "closed")
                      .join())
              .isIn("nothing", "closed");
          scene.assertOver("COMPLETED");
        });
  }

  @Tag("P3")
  @Tag("G5")
  @Test
  void aStopEndsAPendingMessageWhichIsTriedAgain() throws Exception {
    try (Databases databases = databases(CommitPath.XA)) {
      WaybillServer server = WaybillServer.start(databases);
      QueueConsumer consumer;
      Message message;
      try (server) {
        server.producer().send(WaybillServer.message(ORDERS, "a"));
        consumer = server.receiver().consumer(REQUEST).manualCompletion();
        message = consumer.tryNext().orElseThrow();
      }
      server.checker().assertClean();
      assertThatThrownBy(message::ack)
          .isInstanceOfSatisfying(
              QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
      databases.timePassedSinceKill();
      try (WaybillServer again = WaybillServer.start(databases)) {
        assertThat(text(again.receiver().consumer(REQUEST).next(LONG))).isEqualTo("a #2");
      }
      assertThat(databases.outcomesIn(ORDERS)).containsExactly("EXPIRED", "COMPLETED");
    }
  }

  @Tag("P3")
  @Tag("G5")
  @Test
  void aCrashRedeliversAPendingMessage() throws Exception {
    try (Databases databases = databases(CommitPath.XA)) {
      crashWhilePending(databases, REQUEST);
      try (WaybillServer again = WaybillServer.start(databases)) {
        assertThat(text(again.receiver().consumer(REQUEST).next(LONG))).isEqualTo("a #2");
      }
      assertThat(databases.outcomesIn(ORDERS)).containsExactly("EXPIRED", "COMPLETED");
    }
  }

  @Tag("P3")
  @Tag("M8")
  @Test
  void aCrashHoldsAPendingMessageBackByItsOwnSchedule() throws Exception {
    try (Databases databases = databases(CommitPath.XA)) {
      crashWhilePending(databases, ReceiveRequest.from(ORDERS).retrySchedule("1h").build());
      try (WaybillServer again = WaybillServer.start(databases)) {
        await().until(() -> databases.outcomesIn(ORDERS).equals(List.of("EXPIRED")));
        assertThat(databases.owedIn(ORDERS)).containsExactly("SCHEDULED 1");
        assertThat(again.receiver().consumer(REQUEST).tryNext()).isEmpty();
      }
    }
  }

  private static void crashWhilePending(Databases databases, ReceiveRequest request)
      throws Exception {
    WaybillServer server = WaybillServer.start(databases);
    server.producer().send(WaybillServer.message(ORDERS, "a"));
    QueueConsumer consumer = server.receiver().consumer(request).manualCompletion();
    assertThat(text(consumer.tryNext())).isEqualTo("a #1");
    server.container.crash();
    server.container.awaitDeath();
    databases.timePassedSinceKill();
    // Its term would have run out by now.
    Databases.update(databases.queue(), "update wb_lease_term set expires_at = 1");
  }
}
