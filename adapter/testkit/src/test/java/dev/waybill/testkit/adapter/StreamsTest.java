package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.FOLLOW_UPS;
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
import dev.waybill.testkit.adapter.FaultCase.Behaviour;
import dev.waybill.testkit.faults.Fault;
import jakarta.transaction.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams and watermarks, as an application uses them. */
@Tag("S11")
class StreamsTest {

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

  // ---- sending

  @Tag("FULL")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "LOCAL"})
  void aBeanGetsAStreamInOrderAndItsSenderWaitsForIt(CommitPath path) throws Exception {
    int count = 30;
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      List<Long> handled = new CopyOnWriteArrayList<>();
      AtomicBoolean open = new AtomicBoolean();
      try (server) {
        MessageStream stream = server.producer().stream(TILL, 4);
        server.deploy(
            "Bean",
            ORDERS,
            message -> {
              if (!open.get() || (message.attempts() == 1 && message.position() % 7 == 0)) {
                throw new IllegalStateException("meant to fail");
              }
              assertThat(message.producerId()).contains(TILL);
              handled.add(message.sequence().orElseThrow());
            },
            spec -> {
              spec.setMaxConcurrency("8");
              spec.setRetrySchedule("exponential");
            });
        for (int i = 1; i <= 4; i++) {
          send(server, stream, i);
        }
        // At first what two phases committed may wait for its release.
        await().atMost(LIMIT).untilAsserted(() -> assertFull(server, stream));
        open.set(true);
        for (int i = 5; i <= count; i++) {
          if (i % 5 == 0) {
            rollBack(server, stream, i);
          }
          send(server, stream, i);
        }
        await().atMost(LIMIT).until(() -> databases.owedIn(ORDERS).isEmpty());
        assertThat(stream.lastAcknowledged()).isEqualTo(count);
        assertThat(stream.lastSequence()).isEqualTo(count);
      }
      server.checker().assertClean();
      assertThat(handled)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, count).boxed().toList());
      assertThat(databases.placedBy("order")).hasSize(count);
      assertThat(databases.placedBy("lost")).isEmpty();
    }
  }

  private static void assertFull(WaybillServer server, MessageStream stream) {
    assertThatThrownBy(
            () ->
                server
                    .container
                    .transactions()
                    .inTransaction(
                        () -> stream.send(WaybillServer.message(ORDERS, "5"), Duration.ZERO)))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.FULL);
              assertThat(e.retryable()).isTrue();
            })
        .hasMessageContaining("is full: 4 of its messages");
  }

  /** Every third without a transaction. */
  private static void send(WaybillServer server, MessageStream stream, int number)
      throws Exception {
    if (number % 3 == 0) {
      place(server, "order");
      assertThat(sendAfterRelease(stream, number)).isEqualTo(number);
      return;
    }
    server
        .container
        .transactions()
        .inTransaction(
            () -> {
              place(server, "order");
              assertThat(sendAfterRelease(stream, number)).isEqualTo(number);
              return null;
            });
  }

  private static long sendAfterRelease(MessageStream stream, int number) {
    return stream.send(WaybillServer.message(ORDERS, "" + number), LIMIT).sequence();
  }

  private static void rollBack(WaybillServer server, MessageStream stream, int number) {
    assertThatThrownBy(
            () ->
                server
                    .container
                    .transactions()
                    .inTransaction(
                        () -> {
                          place(server, "lost");
                          assertThat(sendAfterRelease(stream, number)).isEqualTo(number);
                          throw new IllegalStateException("meant to fail");
                        }))
        .hasMessage("meant to fail");
  }

  @Tag("UNAVAILABLE")
  @Tag("C14")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void whileATransactionSendsNobodyElseDoesAndTheCallerMayGoOn(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        MessageStream stream = server.producer().stream(TILL, 10);
        server
            .container
            .transactions()
            .inTransaction(
                () -> {
                  stream.send(WaybillServer.message(ORDERS, "first"));
                  CompletableFuture.runAsync(() -> assertUndecided(stream)).join();
                  server
                      .container
                      .transactions()
                      .inTransaction(
                          () -> {
                            place(server, "before");
                            assertUndecided(stream);
                            assertThat(server.container.transactions().status())
                                .isEqualTo(Status.STATUS_ACTIVE);
                            place(server, "after");
                            return null;
                          });
                  return stream.send(2, WaybillServer.message(ORDERS, "second"));
                });
        assertThat(stream.send(2, WaybillServer.message(ORDERS, "again"), LIMIT).duplicate())
            .isTrue();
        assertThat(databases.bodiesIn(ORDERS)).containsExactly("first", "second");
        assertThat(databases.placedBy("before")).hasSize(1);
        assertThat(databases.placedBy("after")).hasSize(1);
      }
      server.checker().assertClean();
    }
  }

  private static void assertUndecided(MessageStream stream) {
    assertThatThrownBy(() -> stream.send(WaybillServer.message(ORDERS, "other")))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
              assertThat(e.retryable()).isTrue();
            })
        .hasMessageStartingWith(
            "The stream of producer \"till 1\" is in use by a transaction that is open or in doubt");
  }

  @Tag("CONFLICT")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED"})
  void aSecondServerTakesTheStreamOver(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer one = WaybillServer.start(databases);
      WaybillServer two = WaybillServer.start(databases, adapter -> adapter.setNodeName("node-2"));
      try (one;
          two) {
        MessageStream first = one.producer().stream(TILL, 10);
        first.send(WaybillServer.message(ORDERS, "1"));
        MessageStream second = two.producer().stream(TILL, 10);
        assertThat(second.lastSequence()).isEqualTo(1);
        assertThatThrownBy(
                () ->
                    one.container
                        .transactions()
                        .inTransaction(() -> first.send(WaybillServer.message(ORDERS, "lost"))))
            .isInstanceOfSatisfying(
                QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
            .hasMessageContaining("has another owner");
        assertThat(second.send(WaybillServer.message(ORDERS, "2")).sequence()).isEqualTo(2);
        assertThat(databases.bodiesIn(ORDERS)).containsExactly("1", "2");
      }
      one.checker().assertClean();
      two.checker().assertClean();
    }
  }

  // ---- watermarks

  @Tag("M19")
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
  @Tag("M19")
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
  @Tag("M19")
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

  // ---- faults

  static Stream<FaultCase> faults() {
    return FaultCase.all()
        .filter(each -> each.behaviour() == Behaviour.RETURNS)
        .filter(each -> each.path() == CommitPath.XA || each.path() == CommitPath.JOINED)
        .filter(each -> !each.needsVeto());
  }

  @Tag("M19")
  @Tag("G2")
  @Tag("G4")
  @Tag("G7")
  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void whateverFailsTheEffectTheWatermarkAndTheNextSequenceAreOne(FaultCase fault)
      throws Exception {
    try (Databases databases = databases(fault.path())) {
      AtomicReference<Fault> armed = new AtomicReference<>();
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        server.producer().stream(TILL, 10).send(WaybillServer.message(ORDERS, "order"));
        relay(server, () -> armed.set(fault.arm(server)));
        await().atMost(LIMIT).until(() -> isOver(server));
        if (server.container.lifeline().isCut()) {
          server.container.awaitDeath();
          databases.timePassedSinceKill();
          WaybillServer next = WaybillServer.start(databases);
          try (next) {
            next.container.recover();
            relay(next, () -> {});
            await().atMost(LIMIT).until(() -> isQuiet(next));
          }
          next.checker().assertClean();
        }
      }
      server.checker().assertClean();
      assertThat(armed.get().hasFired()).as("the fault has happened").isTrue();
      assertThat(databases.placedBy("order")).hasSize(1);
      assertThat(databases.bodiesIn(FOLLOW_UPS)).containsExactly("order");
      assertThat(databases.watermarks()).containsExactly(TILL + " 1");
      assertThat(databases.streams()).containsExactlyInAnyOrder(TILL + " 1", "relay 1");
    }
  }

  /** A bean that does what is new and passes it on in a stream of its own. */
  private static void relay(WaybillServer server, Runnable first) throws Exception {
    QueueProducer producer = server.producer();
    AtomicReference<MessageStream> stream = new AtomicReference<>();
    AtomicBoolean before = new AtomicBoolean();
    server.deploy(
        "Relay",
        ORDERS,
        message -> {
          if (stream.get() == null) {
            stream.set(producer.stream("relay", 10));
          }
          if (Watermark.firstTime(message)) {
            place(server, message.text());
            stream.get().send(WaybillServer.message(FOLLOW_UPS, message.text()));
          }
          if (before.compareAndSet(false, true)) {
            first.run();
          }
        },
        spec -> spec.setRetrySchedule(LATER));
  }

  private static boolean isOver(WaybillServer server) throws Exception {
    try {
      return server.container.lifeline().isCut() || isQuiet(server);
    } catch (java.sql.SQLException | jakarta.resource.ResourceException e) {
      if (server.container.lifeline().isCut()) {
        return true;
      }
      throw e;
    }
  }

  private static boolean isQuiet(WaybillServer server) throws Exception {
    server.container.recover();
    Databases databases = server.databases;
    return databases.owedIn(ORDERS).isEmpty()
        && databases.unfinishedBranches().isEmpty()
        && databases.inDoubtInBusiness().isEmpty();
  }
}
