package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static dev.waybill.testkit.adapter.SendAndWaitRules.asking;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.Message;
import dev.waybill.api.QueueConsumer;
import dev.waybill.api.ReceiveRequest;
import dev.waybill.api.ReceivedMessage;
import dev.waybill.api.Reply;
import dev.waybill.api.Reply.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Senders that wait for messages which an application takes itself, on each commit path. */
@Tag("S10")
class AwaitedPullTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final ReceiveRequest ONE_BY_ONE =
      ReceiveRequest.from(ORDERS).retrySchedule("0s,0s,0s,0s").build();
  private static final ReceiveRequest ONE =
      ReceiveRequest.from(ORDERS).batchSize(1).batchWait(LONG).build();

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  /** Makes calls in a transaction of a server; on the local path without one. */
  private static <T> T call(WaybillServer server, Callable<T> calls) throws Exception {
    return server.databases.path() == CommitPath.LOCAL
        ? calls.call()
        : server.container.transactions().inTransaction(calls);
  }

  private static void assertCompleted(
      CompletableFuture<Reply> waiting, Message message, Optional<String> response) {
    Reply reply = waiting.join();
    assertThat(reply.status()).isEqualTo(Status.COMPLETED);
    assertThat(reply.messageId()).isEqualTo(message.id());
    assertThat(reply.text()).isEqualTo(response);
    assertThat(reply.reason()).isEmpty();
  }

  @Tag("P4")
  @ParameterizedTest
  @EnumSource
  void whatIsCompletedByItselfIsAnsweredWithoutAResponse(CommitPath path) throws Exception {
    PullScene.play(
        databases(path),
        scene -> {
          CompletableFuture<Reply> waiting = asking(scene.producer(), "order");
          try (QueueConsumer consumer = scene.receiver().consumer(ONE_BY_ONE)) {
            if (path != CommitPath.LOCAL) {
              scene.rolledBack(() -> consumer.next(LONG).orElseThrow());
              assertThat(waiting).as("nothing is answered by a rollback").isNotDone();
            }
            Message message = call(scene.server(), () -> consumer.next(LONG).orElseThrow());
            assertCompleted(waiting, message, Optional.empty());
          }
          assertThat(scene.databases().owedIn(ORDERS)).isEmpty();
          assertThat(scene.databases().answers()).isEmpty();
        });
  }

  @Tag("P3")
  @ParameterizedTest
  @EnumSource
  void whatIsCompletedByHandIsAnsweredWithTheResponse(CommitPath path) throws Exception {
    PullScene.play(
        databases(path),
        scene -> {
          CompletableFuture<Reply> waiting = asking(scene.producer(), "order");
          try (QueueConsumer consumer = scene.receiver().consumer(ONE_BY_ONE).manualCompletion()) {
            if (path != CommitPath.LOCAL) {
              Message first = consumer.next(LONG).orElseThrow();
              scene.rolledBack(
                  () -> {
                    first.complete("undone");
                    return null;
                  });
            }
            Message message = consumer.next(LONG).orElseThrow();
            assertThat(waiting).as("nothing is completed yet").isNotDone();
            call(
                scene.server(),
                () -> {
                  message.complete("x");
                  return null;
                });
            assertCompleted(waiting, message, Optional.of("x"));
          }
          assertThat(scene.databases().answers()).isEmpty();
        });
  }

  @Tag("P2")
  @ParameterizedTest
  @EnumSource
  void whatAnotherServerReceivesAndSettlesByItsLeaseIsAnswered(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer one = WaybillServer.start(databases);
      WaybillServer two = WaybillServer.start(databases, adapter -> adapter.setNodeName("node-2"));
      try (one;
          two) {
        CompletableFuture<Reply> acked = asking(one.producer(), "ack");
        ReceivedMessage first = two.receiver().receive(ONE).get(0);
        assertThat(acked).as("nothing is settled yet").isNotDone();
        call(
            two,
            () -> {
              two.receiver().ack(first.lease());
              return null;
            });
        assertCompleted(acked, first, Optional.empty());

        CompletableFuture<Reply> rejected = asking(one.producer(), "reject");
        ReceivedMessage second = two.receiver().receive(ONE).get(0);
        call(
            two,
            () -> {
              two.receiver().reject(second.lease(), "no such customer");
              return null;
            });
        assertThat(rejected.join().status()).isEqualTo(Status.DEAD_LETTERED);
        assertThat(rejected.join().messageId()).isEqualTo(second.id());
        assertThat(rejected.join().reason()).contains("no such customer");
        await().until(() -> databases.answers().isEmpty());
      }
      one.checker().assertClean();
      two.checker().assertClean();
      assertThat(databases.outcomesIn(ORDERS)).containsExactly("COMPLETED", "REJECTED");
    }
  }
}
