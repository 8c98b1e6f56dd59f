package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.ErrorScene.play;
import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static dev.waybill.testkit.adapter.WaybillServer.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.MessageStream;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.ra.WaybillResourceAdapter;
import dev.waybill.testkit.adapter.ErrorScene.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a sender reads when he is refused. Nothing is sent, and his transaction goes on. */
class SendErrorsTest {

  private static final String TILL = "till 1";
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  private static Consumer<WaybillResourceAdapter> small() {
    return adapter -> {
      adapter.setMaxMessageBytes("2000");
      adapter.setMaxBatchMessages("3");
      adapter.setMaxBatchBytes("4000");
      adapter.setMaxDelay("1h");
    };
  }

  private static OutgoingMessage.Builder order() {
    return OutgoingMessage.to(ORDERS).text("order");
  }

  private static Row refused(Kind kind, String when, OutgoingMessage message, String... words) {
    return new Row(kind, when, scene -> scene.producer().send(message), words);
  }

  private static Row invalid(String when, OutgoingMessage message, String... words) {
    return refused(Kind.INVALID, when, message, words);
  }

  /** A class that JSON-B cannot write. */
  public static final class Endless {
    public Endless getSelf() {
      throw new IllegalStateException("it has no end");
    }
  }

  private static Stream<Row> messages() {
    String to = "Message to app:orders: ";
    return Stream.of(
        invalid("no message", null, "message is null", "OutgoingMessage.to(queue)"),
        invalid(
            "no queue",
            OutgoingMessage.unaddressed().text("order").build(),
            "names no queue",
            "OutgoingMessage.to(queue)",
            "@Queue"),
        invalid(
            "a queue name without namespace",
            message("orders", "order"),
            "Queue name \"orders\"",
            "namespace:name",
            "1 to 100 of the characters",
            "Write for example \"app:orders\""),
        invalid(
            "a queue name with a blank",
            message("app:my orders", "order"),
            "Queue name \"app:my orders\"",
            "characters A-Z a-z 0-9 . _ -"),
        invalid(
            "an empty body", message(ORDERS, ""), to + "It has no body", "text(…)", "not empty"),
        invalid(
            "a body that is no JSON",
            OutgoingMessage.to(ORDERS).json(new Endless()).build(),
            to,
            Endless.class.getName(),
            "cannot be written as JSON",
            "Send a class that Jakarta JSON Binding can write"),
        invalid(
            "a Java body of a class that is not listed",
            OutgoingMessage.to(ORDERS).java(SECOND).build(),
            to,
            "java.time.Duration",
            "Add that class to the adapter's property allowedJavaClasses"),
        invalid(
            "priority 10",
            order().priority(10).build(),
            to + "priority=10",
            "0 (last) to 9 (first)",
            "Leave it out for 4"),
        invalid(
            "priority -1",
            order().priority(-1).build(),
            to + "priority=-1",
            "0 (last) to 9 (first)"),
        invalid(
            "an unknown priority in a header",
            order().header("priority", "urgent").build(),
            to + "Header \"priority\" is \"urgent\"",
            "0 to 9, low, normal, high",
            "leave it out"),
        invalid(
            "a delay over maxDelay",
            order().delay(Duration.ofHours(2)).build(),
            to + "delay=PT2H",
            "0s to maxDelay=1h",
            "raise maxDelay"),
        invalid(
            "a negative delay",
            order().delay(SECOND.negated()).build(),
            to + "delay=PT-1S",
            "0s to"),
        invalid(
            "deliverAt after maxDelay",
            order().deliverAt(Instant.parse("2999-01-01T00:00:00Z")).build(),
            to + "deliverAt=2999-01-01T00:00:00Z",
            "maxDelay=1h"),
        invalid(
            "both delay and deliverAt",
            order().delay(SECOND).deliverAt(Instant.now()).build(),
            to + "Both delay and deliverAt",
            "Set one of them"),
        invalid(
            "a reserved header",
            order().header("waybill-origin", "x").build(),
            to + "Header name \"waybill-origin\" is reserved",
            "does not start with waybill-"),
        invalid(
            "a header without a name",
            order().header(" ", "x").build(),
            to + "Header name \" \"",
            "1 to ",
            "characters"),
        invalid(
            "a header that is an object",
            order().header("when", SECOND).build(),
            to + "Header \"when\"",
            "java.time.Duration (PT1S)",
            "Accepted are strings, booleans, and numbers"),
        invalid(
            "a blank ordering key",
            order().orderingKey(" ").build(),
            to + "Its ordering key is blank",
            "1 to ",
            "leave the key out"),
        invalid(
            "a blank deduplication id",
            order().deduplicationId("").build(),
            to + "Its deduplication id is blank",
            "1 to 255 characters",
            "a UUID"),
        invalid(
            "a correlation id that is too long",
            order().correlationId("x".repeat(256)).build(),
            to + "Its correlation id has 256 characters",
            "up to 255",
            "Shorten it"),
        refused(
            Kind.TOO_LARGE,
            "a message over maxMessageBytes",
            message(ORDERS, "x".repeat(2001)),
            to + "It has 2001 bytes of body and headers",
            "maxMessageBytes is 2000",
            "Send a reference",
            "raise maxMessageBytes"));
  }

  private static Stream<Row> calls() {
    OutgoingMessage big = message(ORDERS, "x".repeat(1500));
    return Stream.of(
        new Row(
            Kind.INVALID,
            "an empty batch",
            scene -> scene.producer().sendBatch(List.of()),
            "The batch is empty",
            "at least one"),
        new Row(
            Kind.INVALID,
            "a batch whose second message is wrong",
            scene ->
                scene.producer().sendBatch(List.of(order().build(), order().priority(10).build())),
            "Message 1 of the batch: Message to app:orders: priority=10",
            "Nothing was sent"),
        new Row(
            Kind.TOO_LARGE,
            "a batch over maxBatchMessages",
            scene -> scene.producer().sendBatch(Collections.nCopies(4, order().build())),
            "The batch has 4 messages; maxBatchMessages is 3",
            "message 3 (counted from 0)",
            "Nothing was sent",
            "several batches in one transaction"),
        new Row(
            Kind.TOO_LARGE,
            "a batch over maxBatchBytes",
            scene -> scene.producer().sendBatch(List.of(big, big, big)),
            "Message 2 of the batch: With it the batch has 4500 bytes",
            "maxBatchBytes is 4000",
            "raise maxBatchBytes",
            "Nothing was sent"),
        new Row(
            Kind.INVALID,
            "sendAndWait without a wait",
            scene -> scene.producer().sendAndWait(order().build(), Duration.ZERO),
            "sendAndWait",
            "Nothing was sent"),
        new Row(
            Kind.INVALID,
            "whenSettled of nothing",
            scene -> scene.producer().whenSettled(null),
            "whenSettled(null)",
            "the id that send returned"),
        new Row(
            Kind.INVALID,
            "a stream without a producer id",
            scene -> scene.producer().stream(" ", 5),
            "A stream cannot be opened",
            "Its producer id is blank",
            "1 to "),
        new Row(
            Kind.INVALID,
            "a stream without a window",
            scene -> scene.producer().stream(TILL, 0),
            "maxOutstanding=0 of producer \"till 1\"",
            "1 to "),
        streamed(
            "an ordering key in a stream",
            stream -> stream.send(order().orderingKey("a").build()),
            "app:orders in the stream of producer \"till 1\"",
            "an ordering key",
            "Leave it out",
            "Nothing was sent"),
        streamed(
            "a gap in a stream",
            stream -> stream.send(7, order().build()),
            "sequence 7 would leave a gap: the last one is 0",
            "from 1 on",
            "Nothing was sent"),
        streamed(
            "a sequence that is none",
            stream -> stream.send(0, order().build()),
            "sequence 0 is none",
            "The first is 1"),
        streamed(
            "a wait that is none",
            stream -> stream.send(order().build(), SECOND.negated()),
            "cannot wait PT-1S",
            "0s to 24h"));
  }

  private static Row streamed(String when, Consumer<MessageStream> call, String... words) {
    return new Row(
        Kind.INVALID, when, scene -> call.accept(scene.producer().stream(TILL, 5)), words);
  }

  @Tag("INVALID")
  @Tag("TOO_LARGE")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "LOCAL"})
  void whatCannotBeSentIsSaidAndNothingIsSent(CommitPath path) throws Exception {
    play(
        databases(path),
        small(),
        scene -> {
          for (Row row : Stream.concat(messages(), calls()).toList()) {
            scene.assertRefused(row);
          }
          assertThat(scene.databases().bodiesIn(ORDERS)).isEmpty();
        });
  }

  @Tag("INVALID")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED"})
  void whoWouldWaitForHimselfIsTold(CommitPath path) throws Exception {
    play(
        databases(path),
        adapter -> {},
        scene -> {
          scene.assertRefused(
              new Row(
                  Kind.INVALID,
                  "sendAndWait in a transaction",
                  each -> each.producer().sendAndWait(order().build(), SECOND),
                  "sendAndWait was called in a transaction",
                  "wait in vain",
                  "Nothing was sent",
                  "NOT_SUPPORTED",
                  "whenSettled"));
          assertThat(scene.databases().bodiesIn(ORDERS)).isEmpty();
        });
  }
}
