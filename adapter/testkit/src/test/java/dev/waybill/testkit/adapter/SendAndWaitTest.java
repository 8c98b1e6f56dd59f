package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static dev.waybill.testkit.adapter.WaybillServer.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueueProducer;
import dev.waybill.api.Reply;
import dev.waybill.api.Reply.Status;
import dev.waybill.api.WrongBodyTypeException;
import dev.waybill.testkit.endpoints.EndpointSettings;
import dev.waybill.testkit.endpoints.TransactionAttribute;
import dev.waybill.testkit.faults.FaultPoint;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Senders that wait for the bean's answer. */
@Tag("S10")
class SendAndWaitTest extends SendAndWaitRules {

  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "LOCAL"})
  void theBeansResponseIsTheReply(CommitPath path) throws Exception {
    onServer(
        path,
        (server, databases) -> {
          QueueProducer producer = server.producer();
          deploy(
              server,
              received -> {
                switch (received.text()) {
                  case "object" -> received.complete(quote(12));
                  case "text" -> received.complete("ready\n\"soon\"");
                  case "ack" -> received.ack();
                  default -> {}
                }
              });

          Reply object = producer.sendAndWait(message(ORDERS, "object"), LONG);
          Reply text = producer.sendAndWait(message(ORDERS, "text"), "default", LONG);

          assertThat(object.status()).isEqualTo(Status.COMPLETED);
          assertThat(object.json(Quote.class))
              .hasValueSatisfying(quote -> assertThat(quote.total).isEqualTo(12));
          assertThat(object.text()).hasValueSatisfying(json -> assertThat(json).startsWith("{"));
          assertThat(object.reason()).isEmpty();
          assertThat(text.text()).contains("ready\n\"soon\"");
          assertThat(text.json(String.class)).contains("ready\n\"soon\"");
          assertThatThrownBy(() -> text.json(Quote.class))
              .isInstanceOf(WrongBodyTypeException.class)
              .hasMessageContainingAll(
                  "The response to message " + text.messageId(), Quote.class.getName(), "text()");
          for (String without : List.of("ack", "return")) {
            Reply reply = producer.sendAndWait(message(ORDERS, without), LONG);
            assertThat(reply.status()).isEqualTo(Status.COMPLETED);
            assertThat(reply.text()).isEmpty();
            assertThat(reply.json(Quote.class)).isEmpty();
          }
          assertThat(databases.answers()).isEmpty();
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "LOCAL"})
  void aBeanOnAnotherServerAnswers(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer one = WaybillServer.start(databases);
      WaybillServer two = WaybillServer.start(databases, adapter -> adapter.setNodeName("node-2"));
      try (one;
          two) {
        QueueProducer producer = one.producer();
        deploy(two, received -> answer(received));
        for (int i = 0; i < 5; i++) {
          assertThat(producer.sendAndWait(message(ORDERS, "m" + i), LONG).text())
              .contains("answer to m" + i);
        }
        Reply rejected = producer.sendAndWait(message(ORDERS, "reject"), LONG);
        assertThat(rejected.status()).isEqualTo(Status.DEAD_LETTERED);
        assertThat(rejected.reason()).contains("no such customer");
        await().until(() -> databases.answers().isEmpty());
      }
      one.checker().assertClean();
      two.checker().assertClean();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "LOCAL"})
  void theResponseOfAnAttemptThatRollsBackIsNeverSeen(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer one = WaybillServer.start(databases);
      WaybillServer two = WaybillServer.start(databases, adapter -> adapter.setNodeName("node-2"));
      try (one;
          two) {
        QueueListener bean =
            received -> {
              received.complete("attempt " + received.attempts());
              if (received.attempts() == 1) {
                throw new IllegalStateException("meant to fail");
              }
            };
        for (WaybillServer consumer : List.of(one, two)) {
          var endpoints = consumer.deploy("Bean", ORDERS, bean, spec -> {});
          Reply reply = one.producer().sendAndWait(message(ORDERS, "order"), LONG);
          assertThat(reply.text()).contains("attempt 2");
          consumer.container.deactivate(endpoints);
        }
      }
      one.checker().assertClean();
      two.checker().assertClean();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "LOCAL"})
  void whatIsGivenUpIsAnsweredWithTheReason(CommitPath path) throws Exception {
    onServer(
        path,
        (server, databases) -> {
          QueueProducer producer = server.producer();
          server.deploy(
              "Bean",
              ORDERS,
              received -> {
                if (received.text().equals("reject")) {
                  received.reject("no such customer");
                } else {
                  throw new IllegalStateException("always fails");
                }
              },
              spec -> {
                spec.setRetrySchedule("0s,0s");
                spec.setDeadLetterQueue("app:orders-dlq");
              });

          Reply rejected = producer.sendAndWait(message(ORDERS, "reject"), LONG);
          Reply failed = producer.sendAndWait(message(ORDERS, "fail"), LONG);

          assertThat(rejected.status()).isEqualTo(Status.DEAD_LETTERED);
          assertThat(rejected.reason()).contains("no such customer");
          assertThat(rejected.text()).isEmpty();
          assertThat(failed.status()).isEqualTo(Status.DEAD_LETTERED);
          assertThat(failed.reason())
              .hasValueSatisfying(reason -> assertThat(reason).contains("always fails"));
          assertThat(databases.bodiesIn("app:orders-dlq")).containsExactly("reject", "fail");
        });
  }

  @Test
  void aTimeOutIsNoErrorAndTheMessageIsProcessedAllTheSame() throws Exception {
    onServer(
        CommitPath.XA,
        (server, databases) -> {
          QueueProducer producer = server.producer();
          Reply reply = producer.sendAndWait(message(ORDERS, "late"), SHORT);
          assertThat(reply.status()).isEqualTo(Status.TIMED_OUT);
          assertThat(reply.text()).isEmpty();
          assertThat(reply.reason()).isEmpty();

          List<String> seen = new CopyOnWriteArrayList<>();
          deploy(
              server,
              received -> {
                seen.add(received.text() + " " + received.id());
                received.complete("nobody hears this");
              });
          await().until(() -> databases.owedIn(ORDERS).isEmpty());
          assertThat(seen).containsExactly("late " + reply.messageId());
          assertThat(databases.answers()).isEmpty();
          assertThat(producer.sendAndWait(message(ORDERS, "next"), LONG).text())
              .contains("nobody hears this");
        });
  }

  @Test
  void aListenerWithoutATransactionMayWait() throws Exception {
    onServer(
        CommitPath.XA,
        (server, databases) -> {
          QueueProducer producer = server.producer();
          List<String> replies = new CopyOnWriteArrayList<>();
          deploy(server, received -> received.complete("pong"));
          server.deploy(
              EndpointSettings.of("Asking", TransactionAttribute.NOT_SUPPORTED),
              "app:others",
              received ->
                  replies.add(
                      producer.sendAndWait(message(ORDERS, "ping"), LONG).text().orElse("none")),
              spec -> {});
          producer.send(message("app:others", "order"));
          await().until(() -> databases.owedIn("app:others").isEmpty());
          assertThat(replies).containsExactly("pong");
        });
  }

  @Tag("S9")
  @Test
  void whoAsksAgainWaitsForTheFirstMessageAndGetsNoResponse() throws Exception {
    onServer(
        CommitPath.XA,
        (server, databases) -> {
          QueueProducer producer = server.producer();
          OutgoingMessage once =
              OutgoingMessage.to(ORDERS).text("once").deduplicationId("request 1").build();
          Reply first = producer.sendAndWait(once, SHORT);
          CompletableFuture<Reply> again =
              CompletableFuture.supplyAsync(() -> producer.sendAndWait(once, LONG));
          deploy(server, received -> received.complete("once"));

          assertThat(again.join().status()).isEqualTo(Status.COMPLETED);
          assertThat(again.join().messageId()).isEqualTo(first.messageId());
          assertThat(again.join().text()).isEmpty();
          assertThat(producer.sendAndWait(once, LONG).status()).isEqualTo(Status.COMPLETED);
          assertThat(databases.outcomesIn(ORDERS)).containsExactly("COMPLETED");
        });
  }

  @Tag("G4")
  @Tag("C3")
  @Test
  void aPreparedBranchThatAnotherStartFinishesAnswersToo() throws Exception {
    try (Databases databases = databases(CommitPath.XA)) {
      WaybillServer asking = WaybillServer.start(databases, adapter -> adapter.setNodeName("web"));
      WaybillServer answering = WaybillServer.start(databases);
      try (asking) {
        answering
            .container
            .adapterFaults()
            .arm(FaultPoint.BEFORE_COMMIT, 1, answering.container::crash);
        deploy(
            answering,
            received -> {
              Databases.update(answering.application, "insert into placed values ('order', 1)");
              received.complete(Map.of("by", "the first start"));
            });
        CompletableFuture<Reply> waiting = asking(asking.producer(), "order");
        await().until(() -> answering.container.lifeline().isCut());
        answering.container.awaitDeath();
        assertThat(waiting).isNotDone();
        databases.timePassedSinceKill();

        WaybillServer next = WaybillServer.start(databases);
        try (next) {
          next.container.recover();
          assertThat(waiting.join().text()).contains("{\"by\":\"the first start\"}");
        }
        next.checker().assertClean();
      }
      asking.checker().assertClean();
      assertThat(databases.outcomesIn(ORDERS)).containsExactly("COMPLETED");
      assertThat(databases.placedBy("order")).containsExactly("1");
    }
  }
}
