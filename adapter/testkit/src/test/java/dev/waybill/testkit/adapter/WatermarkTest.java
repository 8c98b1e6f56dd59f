package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.DeliveryContext;
import dev.waybill.api.Message;
import dev.waybill.api.MessageStream;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueueProducer;
import dev.waybill.api.Watermark;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Watermarks, as a bean asks for them. */
@Tag("M19")
class WatermarkTest {

  private static final String TILL = "till 1";
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String LATER = "50ms,100ms,200ms,500ms,1s,1s,1s,1s,1s,1s";

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  private static void place(WaybillServer server, String order) throws Exception {
    Databases.update(server.application, "insert into placed values ('" + order + "', 1)");
  }

  private static void assertRefused(Kind kind, Throwable error, String message) {
    assertThat(error)
        .isInstanceOfSatisfying(QueueException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessage(message);
  }

  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA"})
  void whatWasDoneIsNotDoneAgainAndARollbackForgetsIt(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      List<String> seen = new CopyOnWriteArrayList<>();
      try (server) {
        MessageStream stream = server.producer().stream(TILL, 10);
        for (int i = 1; i <= 4; i++) {
          stream.send(WaybillServer.message(ORDERS, "" + i));
        }
        // As after a replay: the first two were done.
        Databases.update(
            databases.queue(),
            "insert into wb_watermark (group_id, producer_id, number) select g.id, 'till 1', 2"
                + " from wb_group g join wb_queue q on q.id = g.queue_id where q.name = '"
                + ORDERS
                + "'");
        server.deploy(
            "Bean",
            ORDERS,
            message -> {
              boolean first = Watermark.firstTime(message);
              seen.add(message.text() + " #" + message.attempts() + " " + first);
              assertThat(Watermark.firstTime(DeliveryContext.current())).isEqualTo(first);
              if (first) {
                place(server, message.text());
              }
              if (first && message.attempts() == 1) {
                throw new IllegalStateException("meant to fail");
              }
            },
            spec -> spec.setRetrySchedule(LATER));
        await().atMost(LIMIT).until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(seen)
          .containsExactly(
              "1 #1 false", "2 #1 false", "3 #1 true", "3 #2 true", "4 #1 true", "4 #2 true");
      for (String order : List.of("1", "2")) {
        assertThat(databases.placedBy(order)).isEmpty();
      }
      for (String order : List.of("3", "4")) {
        assertThat(databases.placedBy(order)).hasSize(1);
      }
      assertThat(databases.watermarks()).containsExactly(TILL + " 4");
    }
  }

  @Test
  @Tag("INVALID")
  void aWatermarkNeedsAStreamADeliveryAndItsTransaction() throws Exception {
    try (Databases databases = databases(CommitPath.JOINED)) {
      WaybillServer server = WaybillServer.start(databases);
      List<Throwable> errors = new CopyOnWriteArrayList<>();
      AtomicReference<Message> kept = new AtomicReference<>();
      try (server) {
        QueueProducer producer = server.producer();
        producer.send(WaybillServer.message(ORDERS, "plain"));
        server.deploy("Bean", ORDERS, asking(server, kept, errors), spec -> {});
        await().atMost(LIMIT).until(() -> databases.owedIn(ORDERS).isEmpty());
        String plain = "Message " + kept.get().id() + " (queue " + ORDERS + ") cannot be told from";
        producer.stream(TILL, 10).send(WaybillServer.message(ORDERS, "of a stream"));
        await().atMost(LIMIT).until(() -> databases.owedIn(ORDERS).isEmpty());
        String id = "Message " + kept.get().id() + " (queue " + ORDERS + ")";

        assertThat(errors).hasSize(3);
        assertRefused(
            Kind.INVALID,
            errors.get(0),
            plain
                + " duplicates: it was not sent in a stream, so it has no producer id and no"
                + " sequence. Send it with QueueProducer.stream(…).");
        assertThat(errors.get(1)).hasMessageStartingWith(plain);
        assertRefused(
            Kind.INVALID,
            errors.get(2),
            "Watermark.firstTime for message "
                + kept.get().id()
                + " (queue "
                + ORDERS
                + ") was called in another transaction than the listener's, or after that could no"
                + " longer commit. Call it in the listener's own transaction, before it is marked"
                + " for rollback.");
        assertThatThrownBy(() -> Watermark.firstTime(kept.get()))
            .satisfies(
                e ->
                    assertRefused(
                        Kind.INVALID,
                        e,
                        id
                            + " cannot be told from duplicates: no transacted delivery of it is"
                            + " going on, on this thread. Call Watermark.firstTime inside the"
                            + " listener, on its own thread, with a container-managed transaction"
                            + " (REQUIRED)."));
        assertThatThrownBy(() -> Watermark.firstTime(null))
            .satisfies(
                e ->
                    assertRefused(
                        Kind.INVALID,
                        e,
                        "Watermark.firstTime needs a message; it was given null."));
      }
      server.checker().assertClean();
      assertThat(databases.watermarks()).isEmpty();
    }
  }

  /** Asks for a watermark in the listener's transaction if there is no stream, and in another. */
  private static QueueListener asking(
      WaybillServer server, AtomicReference<Message> kept, List<Throwable> errors) {
    return message -> {
      kept.set(message);
      if (message.producerId().isEmpty()) {
        noteError(errors, message);
      }
      server
          .container
          .transactions()
          .inTransaction(
              () -> {
                noteError(errors, message);
                return null;
              });
    };
  }

  private static void noteError(List<Throwable> errors, Message message) {
    try {
      Watermark.firstTime(message);
    } catch (QueueException e) {
      errors.add(e);
    }
  }

  @Test
  @Tag("INVALID")
  void aBeanWithoutATransactionHasNoWatermarks() throws Exception {
    try (Databases databases = databases(CommitPath.LOCAL)) {
      WaybillServer server = WaybillServer.start(databases);
      List<Throwable> errors = new CopyOnWriteArrayList<>();
      try (server) {
        server.producer().stream(TILL, 10).send(WaybillServer.message(ORDERS, "a"));
        server.deploy("Bean", ORDERS, message -> noteError(errors, message), spec -> {});
        await().atMost(LIMIT).until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(errors).hasSize(1);
      assertThat(errors.get(0)).hasMessageContaining("container-managed transaction (REQUIRED)");
    }
  }
}
