package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueProducer;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sends with a deduplication id, as an application makes them. */
@Tag("S9")
@Tag("C11")
class IdempotentSendTest {

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  private static OutgoingMessage order(String text, String id) {
    return OutgoingMessage.to(ORDERS).text(text).deduplicationId(id).build();
  }

  private static void place(WaybillServer server, String order) throws Exception {
    Databases.update(server.application, "insert into placed values ('" + order + "', 1)");
  }

  private static <T> T inTransaction(WaybillServer server, Callable<T> business) throws Exception {
    return server.container.transactions().inTransaction(business);
  }

  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void aRequestThatIsMadeAgainIsSentOnceAndHandledOnce(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      Recorder recorder = new Recorder();
      try (server) {
        QueueProducer producer = server.producer();
        UUID first =
            inTransaction(
                server,
                () -> {
                  place(server, "order");
                  return producer.send(order("order", "request 1"));
                });
        server.deploy("Recorder", ORDERS, recorder, spec -> {});
        await().until(() -> recorder.seen().equals(List.of("order #1")));
        await().until(() -> databases.owedIn(ORDERS).isEmpty());

        UUID again =
            inTransaction(
                server,
                () -> {
                  place(server, "order");
                  return producer.send(order("order", "request 1"));
                });
        UUID alone = producer.send(order("order", "request 1"));
        List<UUID> batch =
            inTransaction(
                server,
                () ->
                    producer.sendBatch(
                        List.of(
                            order("a", "request 1"),
                            order("b", "request 2"),
                            order("c", "request 2"))));
        await().until(() -> recorder.seen().equals(List.of("order #1", "b #1")));

        assertThat(List.of(again, alone, batch.get(0))).containsOnly(first);
        assertThat(batch.get(2)).isEqualTo(batch.get(1)).isNotEqualTo(first);
        assertThat(databases.placedBy("order")).as("what the repeat did besides").hasSize(2);
      }
      server.checker().assertClean();
    }
  }

  @Tag("UNAVAILABLE")
  @Tag("C14")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void anIdThatAnOpenTransactionHasIsUnavailableAndTheCallerMayGoOn(CommitPath path)
      throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        QueueProducer producer = server.producer();
        UUID first =
            inTransaction(
                server,
                () -> {
                  UUID id = producer.send(order("first", "request 1"));
                  assertThat(producer.send(order("first again", "request 1"))).isEqualTo(id);
                  // On a thread without a transaction.
                  CompletableFuture.runAsync(() -> assertUnavailable(producer)).join();
                  inTransaction(
                      server,
                      () -> {
                        place(server, "before");
                        assertUnavailable(producer);
                        assertThat(server.container.transactions().status())
                            .isEqualTo(Status.STATUS_ACTIVE);
                        place(server, "after");
                        return producer.send(order("other", "request 2"));
                      });
                  return id;
                });
        assertThat(producer.send(order("second", "request 1"))).isEqualTo(first);
        assertThat(databases.bodiesIn(ORDERS)).containsExactlyInAnyOrder("first", "other");
        assertThat(databases.placedBy("before")).hasSize(1);
        assertThat(databases.placedBy("after")).hasSize(1);
      }
      server.checker().assertClean();
    }
  }

  private static void assertUnavailable(QueueProducer producer) {
    assertThatThrownBy(() -> producer.send(order("second", "request 1")))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
              assertThat(e.retryable()).isTrue();
            })
        .hasMessage(
            "The deduplication id \"request 1\" of queue "
                + ORDERS
                + " is in use by a transaction that is open or in doubt, so whether its message"
                + " will be sent is not known yet. Nothing was sent. Send again once that"
                + " transaction has ended; if it is in doubt, the recovery of its transaction"
                + " manager decides it.");
  }

  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void aRollbackFreesTheId(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        QueueProducer producer = server.producer();
        assertThatThrownBy(
                () ->
                    inTransaction(
                        server,
                        () -> {
                          producer.send(order("first", "request 1"));
                          throw new IllegalStateException("meant to fail");
                        }))
            .hasMessage("meant to fail");
        producer.send(order("second", "request 1"));
        assertThat(databases.bodiesIn(ORDERS)).containsExactly("second");
      }
      server.checker().assertClean();
    }
  }

  @Test
  void ofTwoServersThatSendWithOneIdAtOnceOneIsRolledBackWithAllItDid() throws Exception {
    try (Databases databases = databases(CommitPath.XA)) {
      WaybillServer one = WaybillServer.start(databases);
      WaybillServer two = WaybillServer.start(databases, adapter -> adapter.setNodeName("node-2"));
      try (one;
          two) {
        QueueProducer first = one.producer();
        QueueProducer second = two.producer();
        RollbackException refused =
            catchThrowableOfType(
                RollbackException.class,
                () ->
                    inTransaction(
                        two,
                        () -> {
                          place(two, "second");
                          second.send(order("second", "request 1"));
                          inTransaction(
                              one,
                              () -> {
                                place(one, "first");
                                return first.send(order("first", "request 1"));
                              });
                          return null;
                        }));
        assertThat(refused).isNotNull();
        assertThat(databases.bodiesIn(ORDERS)).containsExactly("first");
        assertThat(databases.placedBy("first")).hasSize(1);
        assertThat(databases.placedBy("second")).isEmpty();
        // What is committed in two phases is released in the background.
        await().untilAsserted(() -> assertThat(databases.unfinishedBranches()).isEmpty());
      }
      one.checker().assertClean();
      two.checker().assertClean();
    }
  }

  @Tag("INVALID")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED"})
  void anIdThatIsNoneIsRefusedBeforeAnythingIsWritten(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        QueueProducer producer = server.producer();
        inTransaction(
            server,
            () -> {
              place(server, "order");
              for (String wrong : List.of(" ", "x".repeat(256), "a\0b", "\ud83d")) {
                assertThatThrownBy(() -> producer.send(order("order", wrong)))
                    .isInstanceOfSatisfying(
                        QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
                    .hasMessageContainingAll(ORDERS, "deduplication id", "1 to 255 characters");
              }
              return null;
            });
        assertThat(databases.placedBy("order")).hasSize(1);
        assertThat(databases.bodiesIn(ORDERS)).isEmpty();
      }
      server.checker().assertClean();
    }
  }
}
