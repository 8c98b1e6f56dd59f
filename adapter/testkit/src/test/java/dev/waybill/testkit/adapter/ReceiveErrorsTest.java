package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.ErrorScene.play;
import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static dev.waybill.testkit.adapter.WaybillServer.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.Cancellation;
import dev.waybill.api.Message;
import dev.waybill.api.QueueConsumer;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueReceiver;
import dev.waybill.api.ReceiveRequest;
import dev.waybill.api.ReceivedMessage;
import dev.waybill.api.SettleResult;
import dev.waybill.api.Settlement;
import dev.waybill.testkit.adapter.ErrorScene.Row;
import dev.waybill.testkit.outbound.TransactionLevel;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a receiver reads when he is refused. Nothing changes, and his transaction goes on. */
class ReceiveErrorsTest {

  private static final ReceiveRequest REQUEST =
      ReceiveRequest.from(ORDERS).batchWait(Duration.ZERO).build();
  private static final ReceiveRequest ONE_BY_ONE = ReceiveRequest.of(ORDERS);
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration DAYS = Duration.ofDays(30);

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  private static Row pulling(
      Kind kind, String when, Consumer<QueueReceiver> call, String... words) {
    return new Row(kind, when, scene -> call.accept(scene.receiver()), words);
  }

  private static Row invalid(String when, Consumer<QueueReceiver> call, String... words) {
    return pulling(Kind.INVALID, when, call, words);
  }

  private static Row stale(String when, String lease, Consumer<QueueReceiver> call) {
    return pulling(
        Kind.CONFLICT,
        when,
        call,
        "The lease " + lease,
        "is not held",
        "Nothing was changed",
        "extendLease in time");
  }

  private static Stream<Row> requests() {
    return Stream.of(
        invalid("no request", each -> each.tryReceive(null), "null", "ReceiveRequest.of(queue)"),
        invalid(
            "a request without queue",
            each -> each.tryReceive(ReceiveRequest.of()),
            "ReceiveRequest",
            "names no queue"),
        invalid(
            "a request of no queues at all",
            each -> each.receive(ReceiveRequest.of((String[]) null)),
            "ReceiveRequest",
            "names no queue"),
        invalid(
            "a request of a queue that is null",
            each -> each.receive(ReceiveRequest.of((String) null)),
            "ReceiveRequest",
            "namespace:name"),
        invalid(
            "no request beside a cancellation",
            each -> each.receive(null, new Cancellation()),
            "null",
            "ReceiveRequest.of(queue)"),
        invalid(
            "no request of a consumer",
            each -> each.consumer(null),
            "null",
            "ReceiveRequest.of(queue)"),
        invalid(
            "no cancellation",
            each -> each.receive(REQUEST, null),
            "the cancellation is null",
            "new Cancellation()",
            "Nothing was received"),
        invalid(
            "a request of a bad queue name",
            each -> each.tryReceive(ReceiveRequest.of("orders")),
            "ReceiveRequest",
            "orders",
            "namespace:name"),
        invalid(
            "a batch size out of range",
            each -> each.tryReceive(ReceiveRequest.from(ORDERS).batchSize(101).build()),
            "ReceiveRequest: batchSize=\"101\" is out of range",
            "accepted: 1 to 100",
            "fix: "),
        invalid(
            "a lease that is too short",
            each -> each.receive(ReceiveRequest.from(ORDERS).leaseDuration(Duration.ZERO).build()),
            "ReceiveRequest: leaseDuration=\"PT0S\" is out of range",
            "accepted: 1s to 365d"),
        invalid(
            "an unknown schedule",
            each -> each.receive(ReceiveRequest.from(ORDERS).retrySchedule("soon").build()),
            "ReceiveRequest",
            "retrySchedule=soon",
            "exponential"));
  }

  private static Stream<Row> leases(ReceivedMessage held, ReceivedMessage settled) {
    String id = held.id().toString();
    return Stream.of(
        invalid("no lease", each -> each.ack(null), "lease is null", "ReceivedMessage.lease()"),
        invalid(
            "no lease to extend",
            each -> each.extendLease(null, LONG),
            "lease is null",
            "ReceivedMessage.lease()"),
        invalid(
            "an extension of no length",
            each -> each.extendLease(held.lease(), null),
            "extendLease(null) of lease " + held.lease(),
            "more than 0s, up to 365d"),
        invalid(
            "a retry without its delay",
            each -> each.retry(held.lease(), null),
            "retry(lease, null)",
            "give a delay, or leave it out"),
        invalid(
            "a retry of a message without its delay",
            each -> held.retry(null),
            "retry(null) of message " + id),
        invalid(
            "no settlements",
            each -> each.settle(null),
            "the list is null",
            "up to 1000 settlements",
            "Nothing was settled"),
        invalid(
            "a settlement that is null",
            each -> throwFirst(each.settle(Collections.singletonList(null))),
            "The settlement is null",
            "Settlement.ack, retry or reject"),
        invalid(
            "a settlement without outcome",
            each -> each.settle(List.of(new Settlement(id, null, Optional.empty(), null))),
            "The outcome of a settlement is null",
            "COMPLETE, RETRY and REJECT"),
        invalid(
            "a settlement whose delay is null",
            each -> each.settle(List.of(new Settlement(id, Settlement.Outcome.RETRY, null, null))),
            "The delay of a settlement is null",
            "Optional.empty()"),
        invalid(
            "too many settlements",
            each -> each.settle(Collections.nCopies(1001, Settlement.ack(held.lease()))),
            "1001 settlements",
            "up to 1000",
            "Nothing was settled",
            "several calls"),
        invalid(
            "a retry out of range",
            each -> each.retry(held.lease(), DAYS),
            "retry(PT720H) of lease " + held.lease(),
            "0s to maxDelay=12h",
            "Nothing was changed",
            "raise maxDelay"),
        invalid(
            "an extension out of range",
            each -> each.extendLease(held.lease(), Duration.ZERO),
            "extendLease(PT0S) of lease " + held.lease(),
            "more than 0s, up to 365d"),
        invalid(
            "text that is read as JSON",
            each -> held.json(List.class),
            "The text body of message " + id + " (queue app:orders) was read as JSON",
            "Read it with text()"),
        stale("a lease that was settled", settled.lease(), each -> each.ack(settled.lease())),
        stale(
            "a message that was settled",
            "of message " + settled.id() + " (queue app:orders, attempt 1)",
            each -> settled.retry()),
        stale("a lease that is none", "none of ours", each -> each.reject("none of ours", "?")),
        stale(
            "an extension of what was settled",
            settled.lease(),
            each -> each.extendLease(settled.lease(), LONG)));
  }

  private static void throwFirst(List<SettleResult> results) {
    throw results.get(0).error().orElseThrow();
  }

  @Tag("INVALID")
  @Tag("CONFLICT")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "LOCAL"})
  void whatCannotBeReceivedOrSettledIsSaidAndNothingChanges(CommitPath path) throws Exception {
    play(
        databases(path),
        adapter -> {},
        scene -> {
          scene.producer().sendBatch(List.of(message(ORDERS, "a"), message(ORDERS, "b")));
          List<ReceivedMessage> received = scene.receiver().tryReceive(REQUEST);
          received.get(1).ack();
          for (Row row :
              Stream.concat(requests(), leases(received.get(0), received.get(1))).toList()) {
            scene.assertRefused(row);
          }
          assertThat(scene.databases().owedIn(ORDERS)).containsExactly("LEASED 1");
          assertThat(scene.databases().outcomesIn(ORDERS)).containsExactly("COMPLETED");
        });
  }

  @Tag("INVALID")
  @Test
  void aPoolWithoutTransactionsIsNotUsedInOne() throws Exception {
    play(
        databases(CommitPath.XA),
        adapter -> {},
        scene -> {
          QueueReceiver without = scene.server().receiver(TransactionLevel.NO_TRANSACTION);
          scene.producer().send(message(ORDERS, "a"));
          ReceivedMessage held = scene.receiver().tryReceive(REQUEST).get(0);
          scene.assertRefused(
              invalid(
                  "a NoTransaction pool of receivers in a transaction",
                  each -> without.ack(held.lease()),
                  "the pool of QueueReceiver",
                  "transactionSupport NoTransaction",
                  "Nothing was settled",
                  "transactionSupport = XATransaction"));
          assertThat(scene.databases().owedIn(ORDERS)).containsExactly("LEASED 1");
        });
  }

  @Tag("PENDING")
  @Tag("CONFLICT")
  @Tag("INVALID")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "LOCAL"})
  void whoTakesMessagesOneByOneIsToldWhatComesFirst(CommitPath path) throws Exception {
    play(
        databases(path),
        adapter -> {},
        scene -> {
          scene.producer().sendBatch(List.of(message(ORDERS, "a"), message(ORDERS, "b")));
          QueueConsumer manual = scene.receiver().consumer(ONE_BY_ONE).manualCompletion();
          Message pending = manual.next(LONG).orElseThrow();
          String id = pending.id().toString();
          scene.assertRefused(
              new Row(
                  Kind.PENDING,
                  "next while a message is pending",
                  each -> manual.next(LONG),
                  "next() on [app:orders]",
                  id,
                  "is pending",
                  "Complete, retry or reject it first",
                  "several consumers"));
          scene.assertRefused(
              new Row(
                  Kind.INVALID,
                  "a wait for the next that is none",
                  each -> manual.next(LONG.negated()),
                  "next(PT-1M) on [app:orders]",
                  "0s to 1d"));
          scene.assertRefused(
              new Row(
                  Kind.INVALID,
                  "a wait for the next that is null",
                  each -> manual.next(null),
                  "next(null) on [app:orders]",
                  "0s to 1d"));
          assertThat(scene.databases().owedIn(ORDERS)).containsExactly("LEASED 1", "READY 0");
          pending.complete("done");
          scene.assertRefused(
              new Row(
                  Kind.CONFLICT,
                  "a message that is completed twice",
                  each -> pending.complete("again"),
                  "complete() of ",
                  id,
                  "app:orders",
                  "after it had been settled",
                  "Nothing was changed",
                  "the first call counts"));
          manual.close();
          scene.assertRefused(
              new Row(
                  Kind.CONFLICT,
                  "next on a consumer that is closed",
                  each -> manual.tryNext(),
                  "next() on [app:orders]",
                  "after the consumer was closed",
                  "consumer(…)"));
          try (QueueConsumer automatic = scene.receiver().consumer(ONE_BY_ONE)) {
            Message message = automatic.next(LONG).orElseThrow();
            scene.assertRefused(
                new Row(
                    Kind.INVALID,
                    "completing a message that is completed by itself",
                    each -> message.complete("done"),
                    "complete() of ",
                    message.id().toString(),
                    "is not allowed",
                    "manualCompletion()"));
          }
          assertThat(scene.databases().owedIn(ORDERS)).isEmpty();
          assertThat(scene.databases().outcomesIn(ORDERS))
              .containsExactly("COMPLETED", "COMPLETED");
        });
  }
}
