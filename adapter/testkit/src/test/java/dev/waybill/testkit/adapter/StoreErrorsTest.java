package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.ErrorPage.assertRefused;
import static dev.waybill.testkit.adapter.ErrorScene.play;
import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static dev.waybill.testkit.adapter.WaybillServer.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.MessageStream;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueConsumer;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueProducer;
import dev.waybill.api.QueueReceiver;
import dev.waybill.api.ReceiveRequest;
import dev.waybill.api.ReceivedMessage;
import dev.waybill.ra.outbound.ProducerConnectionFactory;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnectionFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.h2.api.Trigger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What users read when neither they nor their messages are wrong, but something below. */
class StoreErrorsTest {

  private static final ReceiveRequest REQUEST =
      ReceiveRequest.from(ORDERS)
          .batchWait(Duration.ZERO)
          .leaseDuration(Duration.ofHours(1))
          .build();
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final OutgoingMessage ORDER = message(ORDERS, "order");

  /** Each call that an application may make, with its name. */
  private static void calls(
      ErrorScene scene,
      ReceivedMessage held,
      MessageStream stream,
      BiConsumer<String, Runnable> refused) {
    QueueProducer producer = scene.producer();
    QueueReceiver receiver = scene.receiver();
    refused.accept("send", () -> producer.send(ORDER));
    refused.accept("send to a new queue", () -> producer.send(message("app:new", "order")));
    refused.accept("sendBatch", () -> producer.sendBatch(List.of(ORDER, ORDER)));
    refused.accept("sendAsync", () -> joined(producer.sendAsync(ORDER)));
    refused.accept("sendAndWait", () -> producer.sendAndWait(ORDER, SECOND));
    refused.accept("stream", () -> producer.stream("till 2", 5));
    refused.accept("send in a stream", () -> stream.send(ORDER));
    refused.accept("lastSequence", stream::lastSequence);
    refused.accept("receive", () -> receiver.tryReceive(REQUEST));
    refused.accept("ack", () -> receiver.ack(held.lease()));
    refused.accept("ack of a message", held::ack);
    refused.accept("extendLease", () -> held.extendLease(SECOND));
    refused.accept(
        "next",
        () -> {
          try (QueueConsumer consumer = receiver.consumer(ReceiveRequest.of(ORDERS))) {
            consumer.tryNext();
          }
        });
  }

  private static void joined(CompletionStage<?> stage) {
    try {
      stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      throw (QueueException) e.getCause();
    }
  }

  private static ReceivedMessage held(ErrorScene scene) {
    scene.producer().send(message(ORDERS, "held"));
    return scene.receiver().tryReceive(REQUEST).get(0);
  }

  private static void assertUntouched(Databases databases) throws Exception {
    assertThat(databases.bodiesIn(ORDERS)).containsExactly("held");
    assertThat(databases.owedIn(ORDERS)).containsExactly("LEASED 1");
    assertThat(databases.outcomesIn(ORDERS)).isEmpty();
  }

  @Tag("UNAVAILABLE")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED"})
  void aDatabaseThatIsOutOfReachIsNamedAndNothingWasDone(CommitPath path) throws Exception {
    play(
        path,
        adapter -> {},
        scene -> {
          ReceivedMessage held = held(scene);
          MessageStream stream = scene.producer().stream("till 1", 5);
          scene.server().queueDriver.setDown(true);
          calls(
              scene,
              held,
              stream,
              (name, call) ->
                  assertRefused(
                      Kind.UNAVAILABLE,
                      name + " while the database is out of reach",
                      call::run,
                      "database is out of reach",
                      "Nothing was done",
                      "try again once it answers"));
          scene.server().queueDriver.setDown(false);
          assertUntouched(scene.databases());
          scene.call(() -> scene.producer().send(message(ErrorScene.GOES_ON, "again")));
          held.ack();
          assertThat(scene.databases().owedIn(ORDERS)).isEmpty();
        });
  }

  @Tag("UNAVAILABLE")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED"})
  void anAdapterThatIsStoppedSaysSo(CommitPath path) throws Exception {
    try (Databases databases = new Databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      ErrorScene scene = new ErrorScene(server, databases, server.producer(), server.receiver());
      ReceivedMessage held = held(scene);
      MessageStream stream = scene.producer().stream("till 1", 5);
      server.close();
      server.checker().assertClean();
      calls(
          scene,
          held,
          stream,
          (name, call) ->
              assertRefused(
                  Kind.UNAVAILABLE,
                  name + " after the adapter was stopped",
                  call::run,
                  "Waybill is ",
                  "Nothing was done",
                  "again"));
      assertUntouched(databases);
    }
  }

  @Tag("UNAVAILABLE")
  @Test
  void aStoreThatIsNotOpenYetSaysWhatItWaitsFor() throws Exception {
    try (Databases databases = new Databases(CommitPath.XA)) {
      WaybillServer server =
          WaybillServer.start(databases, adapter -> adapter.setDataSource("jdbc/nowhere"));
      try (server) {
        QueueProducer producer = server.producer();
        QueueReceiver receiver = server.receiver();
        String[] words = {
          "The queue's store is not open",
          "dataSource=\"jdbc/nowhere\" is not bound in JNDI yet",
          "define the DataSource under this name",
          "Nothing was done",
          "again"
        };
        assertRefused(
            Kind.UNAVAILABLE,
            "send while the store is not open",
            () -> producer.send(ORDER),
            words);
        assertRefused(
            Kind.UNAVAILABLE,
            "receive while the store is not open",
            () -> receiver.tryReceive(REQUEST),
            words);
      }
      server.checker().assertClean();
    }
  }

  /** A database that refuses what is right, for once. */
  public static final class Strange implements Trigger {

    @Override
    public void fire(Connection connection, Object[] before, Object[] after) throws SQLException {
      throw new SQLException("the moon is full", "58030");
    }
  }

  @Tag("INTERNAL")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED"})
  void whatTheDatabaseRefusesIsToldWithItsCause(CommitPath path) throws Exception {
    play(
        path,
        adapter -> {},
        scene -> {
          held(scene);
          DataSource queue = scene.databases().queue();
          Databases.update(
              queue,
              "create trigger strange before insert on wb_message for each row call '"
                  + Strange.class.getName()
                  + "'");
          QueueException passing =
              assertRefused(
                  Kind.INTERNAL,
                  true,
                  "an error of the database that may pass",
                  () -> scene.producer().send(ORDER),
                  "The queue's database refused a statement",
                  "the moon is full",
                  "Nothing was done",
                  "may be made again");
          assertThat(passing).hasRootCauseMessage("the moon is full");
          assertUntouched(scene.databases());
          Databases.update(queue, "drop trigger strange");
          Databases.update(
              queue,
              "alter table wb_message add constraint no_orders check (priority <> 4) nocheck");
          QueueException lasting =
              assertRefused(
                  Kind.INTERNAL,
                  "an error of the database that stays",
                  () -> scene.producer().send(ORDER),
                  "The queue's database refused a statement",
                  "NO_ORDERS",
                  "Nothing was done",
                  "would be refused again");
          assertThat(lasting).hasRootCauseInstanceOf(SQLException.class);
          assertUntouched(scene.databases());
          Databases.update(queue, "alter table wb_message drop constraint no_orders");
          scene.producer().send(ORDER);
        });
  }

  /** A server with a defect. */
  private static final class BrokenPool implements ConnectionManager {

    private static final long serialVersionUID = 1L;

    @Override
    public Object allocateConnection(ManagedConnectionFactory factory, ConnectionRequestInfo info) {
      throw new IllegalStateException("the pool is broken");
    }
  }

  @Tag("INTERNAL")
  @Test
  void whatNobodyExpectedIsToldWithItsCause() throws Exception {
    play(
        CommitPath.XA,
        adapter -> {},
        scene -> {
          ProducerConnectionFactory factory = new ProducerConnectionFactory();
          factory.setResourceAdapter(scene.server().adapter);
          QueueProducer broken = (QueueProducer) factory.createConnectionFactory(new BrokenPool());
          scene.call(
              () -> {
                QueueException error =
                    assertRefused(
                        Kind.INTERNAL,
                        "a defect of the server",
                        () -> broken.send(ORDER),
                        "QueueProducer",
                        "for a reason Waybill does not know",
                        "the pool is broken",
                        "Nothing was sent",
                        "stack trace");
                assertThat(error).hasRootCauseInstanceOf(IllegalStateException.class);
                return null;
              });
          assertThat(scene.databases().bodiesIn(ORDERS)).isEmpty();
        });
  }
}
