package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static dev.waybill.testkit.adapter.WaybillServer.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.Confirmation;
import dev.waybill.api.Confirmation.Outcome;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueProducer;
import jakarta.resource.ResourceException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Confirmations, and sends that are not waited for. */
class ConfirmationTest {

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
  }

  private static CompletableFuture<Confirmation> ask(QueueProducer producer, UUID id) {
    return producer.whenSettled(id).toCompletableFuture();
  }

  private static void deploy(WaybillServer server) throws ResourceException {
    server.deploy(
        "Bean",
        ORDERS,
        received -> {
          if (received.text().startsWith("bad")) {
            received.reject("no such customer");
          }
        },
        spec -> {});
  }

  @Tag("S12")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "LOCAL"})
  void aSenderIsToldWhatBecameOfItsMessagesOnWhateverServerAndAgainAfterARestart(CommitPath path)
      throws Exception {
    try (Databases databases = databases(path)) {
      List<UUID> ids;
      WaybillServer one = WaybillServer.start(databases);
      WaybillServer two = WaybillServer.start(databases, adapter -> adapter.setNodeName("node-2"));
      try (two) {
        try (one) {
          QueueProducer producer = one.producer();
          AtomicReference<CompletableFuture<Confirmation>> early = new AtomicReference<>();
          UUID good =
              one.container
                  .transactions()
                  .inTransaction(
                      () -> {
                        UUID id = producer.send(message(ORDERS, "good"));
                        early.set(ask(producer, id));
                        return id;
                      });
          UUID bad = producer.send(message(ORDERS, "bad"));
          ids = List.of(good, bad);
          AtomicReference<String> thread = new AtomicReference<>();
          CompletableFuture<Void> followUp =
              producer
                  .whenSettled(bad, "default")
                  .thenAccept(any -> thread.set(Thread.currentThread().getName()))
                  .toCompletableFuture();
          deploy(two);

          assertThat(get(early.get())).isEqualTo(new Confirmation(good, Outcome.COMPLETED, ""));
          assertThat(get(ask(producer, bad)))
              .isEqualTo(new Confirmation(bad, Outcome.DEAD_LETTERED, "no such customer"));
          get(followUp);
          assertThat(thread.get()).isNotEqualTo(Thread.currentThread().getName());

          deploy(one);
          UUID local = producer.send(message(ORDERS, "good"));
          assertThat(get(ask(producer, local)).outcome()).isEqualTo(Outcome.COMPLETED);
        }
        one.checker().assertClean();
        databases.timePassedSinceKill();
        WaybillServer again = WaybillServer.start(databases);
        try (again) {
          QueueProducer producer = again.producer();
          assertThat(get(ask(producer, ids.get(0))).outcome()).isEqualTo(Outcome.COMPLETED);
          assertThat(get(ask(producer, ids.get(1))).reason()).isEqualTo("no such customer");
          UUID never = UUID.randomUUID();
          assertThat(get(ask(producer, never)))
              .isEqualTo(new Confirmation(never, Outcome.UNKNOWN, ""));
        }
        again.checker().assertClean();
      }
      two.checker().assertClean();
    }
  }

  @Tag("S12")
  @Tag("INVALID")
  @Tag("UNAVAILABLE")
  @Test
  void whatCannotBeAskedIsRefusedAndAStopIsTold() throws Exception {
    try (Databases databases = databases(CommitPath.XA)) {
      WaybillServer server = WaybillServer.start(databases);
      CompletableFuture<Confirmation> asked;
      QueueProducer producer;
      UUID id;
      try (server) {
        producer = server.producer();
        id = producer.send(message(ORDERS, "nobody takes it"));
        asked = ask(producer, id);
        assertThatThrownBy(() -> producer.whenSettled(null))
            .isInstanceOfSatisfying(
                QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
            .hasMessageContaining("give it the id that send returned");
        assertThatThrownBy(() -> producer.whenSettled(id, "billing"))
            .hasMessageContaining("group=\"billing\" names a consumer group");
      }
      server.checker().assertClean();
      ExecutionException stopped = catchThrowableOfType(ExecutionException.class, () -> get(asked));
      assertThat(stopped.getCause())
          .isInstanceOfSatisfying(
              QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
          .hasMessageContaining("Ask again after the start");
      assertThatThrownBy(() -> producer.whenSettled(id))
          .isInstanceOfSatisfying(
              QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    }
  }

  @Tag("S13")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED"})
  void aNonBlockingSendStaysWhateverBecomesOfTheCallersTransaction(CommitPath path)
      throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        QueueProducer producer = server.producer();
        AtomicReference<CompletableFuture<UUID>> sent = new AtomicReference<>();
        assertThatThrownBy(
                () ->
                    server
                        .container
                        .transactions()
                        .inTransaction(
                            () -> {
                              producer.send(message(ORDERS, "with the transaction"));
                              sent.set(
                                  producer
                                      .sendAsync(message(ORDERS, "by itself"))
                                      .toCompletableFuture());
                              get(sent.get());
                              throw new IllegalStateException("meant to roll back");
                            }))
            .hasMessageContaining("meant to roll back");

        assertThat(get(sent.get())).isNotNull();
        await().until(() -> databases.bodiesIn(ORDERS).equals(List.of("by itself")));
        CompletableFuture<UUID> bad =
            producer
                .sendAsync(OutgoingMessage.to("no-namespace").text("x").build())
                .toCompletableFuture();
        assertThat(catchThrowableOfType(ExecutionException.class, () -> get(bad)).getCause())
            .isInstanceOf(QueueException.class)
            .hasMessageContaining("no-namespace");
      }
      server.checker().assertClean();
      CompletableFuture<UUID> stopped =
          server.producer().sendAsync(message(ORDERS, "late")).toCompletableFuture();
      assertThat(catchThrowableOfType(ExecutionException.class, () -> get(stopped)).getCause())
          .isInstanceOfSatisfying(
              QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    }
  }
}
