package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.FOLLOW_UPS;
import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.MessageStream;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams as an application uses them, and with watermarks while things fail. */
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
