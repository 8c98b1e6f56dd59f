package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.ErrorScene.play;
import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static dev.waybill.testkit.adapter.WaybillServer.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.MessageStream;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueProducer;
import dev.waybill.testkit.adapter.ErrorScene.Row;
import dev.waybill.testkit.outbound.TransactionLevel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a sender reads whose message is right, but cannot be taken as things are. */
class SendStateErrorsTest {

  private static final String TILL = "till 1";

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  private static OutgoingMessage.Builder order() {
    return OutgoingMessage.to(ORDERS).text("order");
  }

  @Tag("INVALID")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "LOCAL"})
  void aQueueThatNobodyMadeIsNotMade(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      try (WaybillServer first = WaybillServer.start(databases)) {
        first.producer().send(message(ErrorScene.GOES_ON, "first"));
      }
      WaybillServer server =
          WaybillServer.start(databases, adapter -> adapter.setAutoCreateQueues("false"));
      try (server) {
        new ErrorScene(server, databases, server.producer(), server.receiver())
            .assertRefused(
                new Row(
                    Kind.INVALID,
                    "an unknown queue with autoCreateQueues=false",
                    each -> each.producer().send(order().build()),
                    "There is no queue \"app:orders\"",
                    "autoCreateQueues is false",
                    "correct the name",
                    "autoCreateQueues=true"));
        assertThat(databases.bodiesIn(ORDERS)).isEmpty();
      }
      server.checker().assertClean();
    }
  }

  @Tag("INVALID")
  @Test
  void aPoolWithoutTransactionsIsNotUsedInOne() throws Exception {
    play(
        databases(CommitPath.XA),
        adapter -> {},
        scene -> {
          QueueProducer without = scene.server().producer(TransactionLevel.NO_TRANSACTION);
          scene.assertRefused(
              new Row(
                  Kind.INVALID,
                  "a NoTransaction pool in a transaction",
                  each -> without.send(order().build()),
                  "the pool of QueueProducer",
                  "transactionSupport NoTransaction",
                  "Nothing was sent",
                  "transactionSupport = XATransaction",
                  "--transactionsupport XATransaction"));
          assertThat(scene.databases().bodiesIn(ORDERS)).isEmpty();
        });
  }

  @Tag("INVALID")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED"})
  void aTransactionThatCannotCommitTakesNothing(CommitPath path) throws Exception {
    play(
        databases(path),
        adapter -> {},
        scene -> {
          scene.call(
              () -> {
                scene.place("order");
                scene.server().container.transactions().manager().setRollbackOnly();
                return ErrorPage.assertRefused(
                    Kind.INVALID,
                    "a transaction that is marked for rollback",
                    () -> scene.producer().send(order().build()),
                    "The transaction can no longer commit",
                    "marked for rollback, timed out or ended",
                    "no send can be part of it",
                    "REQUIRES_NEW");
              });
          assertThat(scene.databases().placedBy("order")).isEmpty();
          assertThat(scene.databases().bodiesIn(ORDERS)).isEmpty();
        });
  }

  @Tag("FULL")
  @Tag("CONFLICT")
  @Tag("UNAVAILABLE")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED"})
  void whyAStreamTakesNothing(CommitPath path) throws Exception {
    play(
        databases(path),
        adapter -> {},
        scene -> {
          QueueProducer producer = scene.producer();
          MessageStream fenced = producer.stream(TILL, 2);
          MessageStream stream = producer.stream(TILL, 2);
          scene.assertRefused(
              new Row(
                  Kind.CONFLICT,
                  "a stream that somebody else has taken over",
                  each -> fenced.send(order().build()),
                  "The stream of producer \"till 1\" has another owner",
                  "Nothing was sent",
                  "an id of its own",
                  "open the stream again"));
          scene.call(
              () -> {
                stream.send(order().build());
                // On another thread, and without a transaction.
                CompletableFuture.runAsync(
                        () ->
                            ErrorPage.assertRefused(
                                Kind.UNAVAILABLE,
                                "a stream in which another transaction sends",
                                () -> stream.send(order().build(), Duration.ZERO),
                                "The stream of producer \"till 1\" is in use by a transaction",
                                "Nothing was sent",
                                "once that transaction has ended"))
                    .join();
                stream.send(order().build());
                ErrorPage.assertRefused(
                    Kind.FULL,
                    "a window that is full of the transaction's own messages",
                    () -> stream.send(order().build()),
                    "The stream of producer \"till 1\" is full",
                    "the 2 messages that this transaction has sent",
                    "maxOutstanding=2",
                    "This one was not sent",
                    "Commit");
                return null;
              });
          scene.assertRefused(
              new Row(
                  Kind.FULL,
                  "a full window",
                  each -> stream.send(order().build(), Duration.ofMillis(300)),
                  "The stream of producer \"till 1\" is full",
                  "2 of its messages are not yet settled",
                  "maxOutstanding=2",
                  "within 300ms",
                  "Nothing was sent",
                  "consumers keep up"));
          stream.close();
          scene.assertRefused(
              new Row(
                  Kind.CONFLICT,
                  "a stream that is closed",
                  each -> stream.send(order().build()),
                  "The stream of producer \"till 1\" is closed",
                  "Open it again with stream(…)"));
          assertThat(scene.databases().bodiesIn(ORDERS)).hasSize(2);
        });
  }

  @Tag("UNAVAILABLE")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED"})
  void whyAnIdCannotBeUsedYet(CommitPath path) throws Exception {
    play(
        databases(path),
        adapter -> {},
        scene -> {
          OutgoingMessage once = order().deduplicationId("request 1").build();
          scene.call(
              () -> {
                scene.producer().send(once);
                CompletableFuture.runAsync(
                        () ->
                            ErrorPage.assertRefused(
                                Kind.UNAVAILABLE,
                                "a deduplication id in an open transaction",
                                () -> scene.producer().send(once),
                                "The deduplication id \"request 1\" of queue app:orders",
                                "open or in doubt",
                                "Nothing was sent",
                                "Send again once that transaction has ended"))
                    .join();
                return null;
              });
          assertThat(scene.databases().bodiesIn(ORDERS)).hasSize(1);
        });
  }
}
