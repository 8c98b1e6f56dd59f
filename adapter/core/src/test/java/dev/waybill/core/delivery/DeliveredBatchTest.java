package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.ContentType;
import dev.waybill.api.Message;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.WrongBodyTypeException;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Reject;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.branch.Operation.Settlement;
import dev.waybill.core.model.BodyCodec;
import dev.waybill.core.model.DeliveryKey;
import dev.waybill.core.model.JavaBodies;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.Limits;
import dev.waybill.core.model.MessageData;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.AttemptFailure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of each message of a batch. */
class DeliveredBatchTest {

  private static final QueueName QUEUE = QueueName.parse("app:orders");

  private final List<DeliveredMessage> messages = new ArrayList<>();
  private final DeliveredBatch batch = batchOf(3);

  private DeliveredBatch batchOf(int size) {
    for (int i = 0; i < size; i++) {
      messages.add(message(i));
    }
    return new DeliveredBatch(messages, Duration.ofHours(12));
  }

  private static DeliveredMessage message(int i) {
    Lease lease =
        new Lease(
            new UUID(1, i),
            new DeliveryKey(i, 1),
            QUEUE,
            new UUID(2, i),
            1,
            true,
            new UUID(3, 3),
            RetryPolicy.DEFAULT,
            "n1/bean",
            Instant.EPOCH,
            null,
            null);
    MessageData data =
        new MessageData(
            lease.messageId(),
            QUEUE,
            i,
            Instant.EPOCH,
            ContentType.TEXT,
            ("m" + i).getBytes(StandardCharsets.UTF_8),
            Map.of(),
            4,
            null,
            null,
            null,
            null,
            0);
    return new DeliveredMessage(
        new LeasedMessage(lease, data), new BodyCodec(JavaBodies.OFF), Limits.DEFAULT, any -> {});
  }

  /**
   * The whole table. Calls of the listener in their order, on the batch or on one of its three
   * messages (by number); what becomes of each message if the transaction commits, with {@code
   * acknowledge=EXPLICIT} and with {@code AUTO}; whatever it was, a rollback leaves three failures
   * by the schedule.
   */
  @ParameterizedTest(name = "{0}: {1} or {2}")
  @Tag("M5")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "-                                 | retry retry retry       | done done done",
        "ackAll                            | done done done          | done done done",
        "retryAll                          | retry retry retry       | retry retry retry",
        "retryAll(5s)                      | retry5 retry5 retry5    | retry5 retry5 retry5",
        // Of two calls on the batch the last wins.
        "ackAll retryAll                   | retry retry retry       | retry retry retry",
        "retryAll ackAll                   | done done done          | done done done",
        "retryAll retryAll(5s)             | retry5 retry5 retry5    | retry5 retry5 retry5",
        "retryAll(5s) retryAll             | retry retry retry       | retry retry retry",
        // Of two calls on a message the last wins.
        "0.ack 0.retry                     | retry retry retry       | retry done done",
        "0.retry 0.ack                     | done retry retry        | done done done",
        "0.reject 0.retry(5s)              | retry5 retry retry      | retry5 done done",
        "0.retry(5s) 0.reject              | reject retry retry      | reject done done",
        "0.reject 0.ack                    | done retry retry        | done done done",
        "0.complete 0.reject               | reject retry retry      | reject done done",
        // Without a call on the batch the others are as nothing was said.
        "1.ack                             | retry done retry        | done done done",
        "1.complete                        | retry done retry        | done done done",
        "1.retry                           | retry retry retry       | done retry done",
        "1.retry(5s)                       | retry retry5 retry      | done retry5 done",
        "1.reject                          | retry reject retry      | done reject done",
        // A call on a message beats one on the batch, whichever came first.
        "0.retry ackAll                    | retry done done         | retry done done",
        "ackAll 0.retry                    | retry done done         | retry done done",
        "0.reject ackAll                   | reject done done        | reject done done",
        "ackAll 0.reject                   | reject done done        | reject done done",
        "2.ack retryAll                    | retry retry done        | retry retry done",
        "retryAll 2.ack                    | retry retry done        | retry retry done",
        "2.complete retryAll(5s)           | retry5 retry5 done      | retry5 retry5 done",
        "1.retry retryAll(5s)              | retry5 retry retry5     | retry5 retry retry5",
        "1.retry(5s) retryAll              | retry retry5 retry      | retry retry5 retry",
        "0.ack 1.reject 2.retry(5s)        | done reject retry5      | done reject retry5",
        "0.reject retryAll 0.ack ackAll    | done done done          | done done done",
        "0.ack 1.retry ackAll retryAll(5s) | done retry retry5       | done retry retry5",
      })
  void whoWins(String calls, String explicit, String auto) {
    if (calls != null) {
      List.of(calls.split(" ")).forEach(this::call);
    }

    assertThat(settled(Acknowledge.EXPLICIT)).isEqualTo(explicit);
    assertThat(settled(Acknowledge.AUTO)).isEqualTo(auto);
    AttemptFailure bySchedule = AttemptFailure.bySchedule("boom");
    assertThat(batch.failures("boom", Optional.empty()))
        .as("an exception or a rollback drops all of it")
        .containsExactly(bySchedule, bySchedule, bySchedule);
  }

  private void call(String call) {
    int dot = call.indexOf('.');
    if (dot < 0) {
      switch (call) {
        case "ackAll" -> batch.ackAll();
        case "retryAll" -> batch.retryAll();
        case "retryAll(5s)" -> batch.retryAll(Duration.ofSeconds(5));
        default -> throw new IllegalArgumentException(call);
      }
      return;
    }
    Message message = batch.messages().get(Integer.parseInt(call.substring(0, dot)));
    switch (call.substring(dot + 1)) {
      case "ack" -> message.ack();
      case "complete" -> message.complete("done");
      case "retry" -> message.retry();
      case "retry(5s)" -> message.retry(Duration.ofSeconds(5));
      case "reject" -> message.reject("no");
      default -> throw new IllegalArgumentException(call);
    }
  }

  private String settled(Acknowledge acknowledge) {
    List<Settlement> settlements = batch.settlements(acknowledge);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < settlements.size(); i++) {
      Settlement settlement = settlements.get(i);
      assertThat(settlement.lease()).isEqualTo(messages.get(i).ownLease());
      words.add(word(settlement));
    }
    return String.join(" ", words);
  }

  private static String word(Settlement settlement) {
    if (settlement instanceof Retry retry) {
      return "retry" + retry.delay().map(delay -> "" + delay.toSeconds()).orElse("");
    }
    if (settlement instanceof Reject reject) {
      assertThat(reject.reason()).isEqualTo("no");
      return "reject";
    }
    assertThat(settlement).isInstanceOf(Complete.class);
    return "done";
  }

  @Test
  @Tag("M4")
  @Tag("M6")
  void itShowsItsQueueAndItsMessagesInOrder() {
    assertThat(batch.queue()).isEqualTo("app:orders");
    assertThat(batch).extracting(Message::text).containsExactly("m0", "m1", "m2");
    assertThat(batch.messages()).extracting(Message::queue).containsOnly("app:orders");
    assertThatThrownBy(() -> batch.messages().remove(0))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> new DeliveredBatch(List.of(), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertKind(Kind kind, ThrowingCallable call, String... says) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(QueueException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContainingAll(says);
  }

  @Test
  @Tag("M5")
  @Tag("M8")
  @Tag("INVALID")
  void delaysHaveBoundsAndARefusedCallDecidesNothing() {
    batch.retryAll(Duration.ZERO);
    batch.retryAll(Duration.ofHours(12));
    String[] says = {"app:orders", "3 messages", "0s to maxDelay=12h"};
    assertKind(Kind.INVALID, () -> batch.retryAll(Duration.ofHours(13)), says);
    assertKind(Kind.INVALID, () -> batch.retryAll(Duration.ofNanos(-1)), says);
    assertKind(Kind.INVALID, () -> batch.retryAll(null), says);
    Message first = batch.messages().get(0);
    assertKind(
        Kind.INVALID,
        () -> first.retry(Duration.ofHours(13)),
        first.id().toString(),
        "maxDelay=12h");
    assertThat(batch.settlements(Acknowledge.AUTO))
        .allMatch(each -> ((Retry) each).delay().equals(Optional.of(Duration.ofHours(12))));
  }

  @Test
  @Tag("M14")
  @Tag("CONFLICT")
  void decisionsEndWithTheListenerAndReadingDoesNot() {
    batch.listenerReturned();

    assertKind(Kind.CONFLICT, batch::ackAll, "ackAll()", "after its listener had returned");
    assertKind(Kind.CONFLICT, batch::retryAll, "retryAll()");
    assertKind(Kind.CONFLICT, () -> batch.retryAll(Duration.ZERO), "retryAll()");
    assertKind(Kind.CONFLICT, batch.messages().get(1)::ack, "ack()");
    assertThat(batch.messages().get(1).text()).isEqualTo("m1");
  }

  @Test
  @Tag("M10")
  void ofABatchThatFailsForABodyOnlyTheMessageWithThatBodyIsGivenUp() {
    WrongBodyTypeException[] thrown = new WrongBodyTypeException[1];
    try {
      batch.messages().get(1).bytes();
    } catch (WrongBodyTypeException e) {
      thrown[0] = e;
    }

    AttemptFailure bySchedule = AttemptFailure.bySchedule("bad body");
    assertThat(batch.failures("bad body", Optional.of(thrown[0])))
        .containsExactly(bySchedule, AttemptFailure.givenUp("bad body"), bySchedule);
    assertThat(batch.failures("of another", Optional.of(new WrongBodyTypeException("?", null))))
        .as("nobody's body")
        .containsOnly(AttemptFailure.bySchedule("of another"));
  }
}
