package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.FOLLOW_UPS;
import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static dev.waybill.testkit.adapter.WaybillServer.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueuePayloadListener;
import dev.waybill.api.QueueProducer;
import dev.waybill.ra.inbound.QueueActivationSpec;
import dev.waybill.testkit.endpoints.EndpointSettings;
import dev.waybill.testkit.endpoints.SimulatedEndpointFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attempts, leases, dead letters and malformed messages, through a container. */
class DeliveryRulesTest {

  private static final String DEAD = "app:dead";

  @Tag("M11")
  @ParameterizedTest
  @EnumSource
  void aContainerWithoutEndpointsCostsNoAttempt(CommitPath path) throws Exception {
    try (Databases databases = new Databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      Recorder recorder = new Recorder();
      try (server) {
        SimulatedEndpointFactory bean = server.deploy("Bean", ORDERS, recorder, spec -> {});
        bean.setAvailable(false);
        await().until(() -> bean.openEndpoints() == 0);
        server.producer().send(message(ORDERS, "order"));
        int refused = bean.refusals();
        await().until(() -> bean.refusals() >= refused + 2);
        assertThat(databases.owedIn(ORDERS)).containsExactly("READY 0");
        bean.setAvailable(true);
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(recorder.seen()).containsExactly("order #1");
    }
  }

  @Tag("M11")
  @ParameterizedTest
  @EnumSource
  void aSmallBeanPoolCostsNoAttempt(CommitPath path) throws Exception {
    try (Databases databases = new Databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      Recorder recorder = new Recorder();
      try (server) {
        QueueProducer producer = server.producer();
        for (int i = 0; i < 30; i++) {
          producer.send(message(ORDERS, "order-" + i));
        }
        server.deploy(
            EndpointSettings.of("Bean", path.attribute()).withPoolSize(1),
            ORDERS,
            recorder,
            spec -> spec.setMaxConcurrency("6"));
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(recorder.seen()).hasSize(30).allMatch(seen -> seen.endsWith("#1"));
    }
  }

  @Tag("G2")
  @Tag("M3")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED"})
  void aTransactionThatTheContainerLeavesOnTheThreadIsRolledBack(CommitPath path) throws Exception {
    try (Databases databases = new Databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        server.deploy(
            EndpointSettings.of("Bean", path.attribute()).leavingTransactions(),
            ORDERS,
            received -> {
              Databases.update(
                  server.application,
                  "insert into placed values ('order', " + received.attempts() + ")");
              if (received.attempts() < 3) {
                throw new IllegalStateException("not yet");
              }
            },
            spec -> {});
        server.producer().send(message(ORDERS, "order"));
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(databases.placedBy("order")).containsExactly("3");
      assertThat(databases.outcomesIn(ORDERS)).containsExactly("FAILED", "FAILED", "COMPLETED");
    }
  }

  @Tag("M7")
  @ParameterizedTest
  @EnumSource
  void anAttemptThatKillsTheServerCounts(CommitPath path) throws Exception {
    try (Databases databases = new Databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      server.producer().send(message(ORDERS, "order"));
      server.deploy(
          "Bean",
          ORDERS,
          received -> {
            server.container.crash();
            throw new IllegalStateException("dead");
          },
          spec -> {});
      await().until(() -> server.container.lifeline().isCut());
      server.container.awaitDeath();
      databases.timePassedSinceKill();
      server.checker().assertClean();
      Recorder recorder = new Recorder();
      WaybillServer next = WaybillServer.start(databases);
      try (next) {
        next.deploy("Bean", ORDERS, recorder, spec -> {});
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      next.checker().assertClean();
      assertThat(recorder.seen()).containsExactly("order #2");
      assertThat(databases.outcomesIn(ORDERS)).containsExactly("EXPIRED", "COMPLETED");
    }
  }

  @Tag("M9")
  @ParameterizedTest
  @EnumSource
  void whatFailsTooOftenIsADeadLetterThatSaysWhy(CommitPath path) throws Exception {
    try (Databases databases = new Databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      List<String> dead = new CopyOnWriteArrayList<>();
      try (server) {
        server.deploy(
            "Bean",
            ORDERS,
            received -> {
              throw new IllegalStateException("no stock");
            },
            spec -> {
              spec.setRetrySchedule("0s,0s");
              spec.setDeadLetterQueue(DEAD);
            });
        server.deploy(
            "Undertaker",
            DEAD,
            received ->
                dead.add(
                    received.text()
                        + " "
                        + received.deadLetter().orElseThrow().attempts()
                        + " "
                        + received.deadLetter().orElseThrow().lastError()),
            spec -> {});
        server.producer().send(message(ORDERS, "order"));
        await().until(() -> !dead.isEmpty() && databases.owedIn(DEAD).isEmpty());
        assertThat(databases.owedIn(ORDERS)).isEmpty();
      }
      server.checker().assertClean();
      assertThat(dead).singleElement().asString().startsWith("order 3 ").contains("no stock");
      assertThat(databases.outcomesIn(ORDERS)).containsExactly("FAILED", "FAILED", "FAILED");
    }
  }

  @Tag("M10")
  @ParameterizedTest
  @EnumSource
  void aMalformedMessageIsADeadLetterAtOnceAndTheNextIsHeard(CommitPath path) throws Exception {
    try (Databases databases = new Databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      List<Object> heard = new CopyOnWriteArrayList<>();
      try (server) {
        QueueActivationSpec spec = new QueueActivationSpec();
        spec.setQueue(ORDERS);
        spec.setMaxAttempts("5");
        spec.setDeadLetterQueue(DEAD);
        spec.setPayloadType(Order.class.getName());
        server.container.activate(
            EndpointSettings.of("Bean", path.attribute()),
            QueuePayloadListener.class,
            heard::add,
            spec);
        QueueProducer producer = server.producer();
        producer.send(OutgoingMessage.to(ORDERS).json(List.of("not", "an order")).build());
        producer.send(OutgoingMessage.to(ORDERS).json(Map.of("id", "o-1")).build());
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
        assertThat(databases.owedIn(DEAD)).containsExactly("READY 0");
      }
      server.checker().assertClean();
      assertThat(heard)
          .singleElement()
          .isInstanceOfSatisfying(Order.class, order -> assertThat(order.id).isEqualTo("o-1"));
    }
  }

  /** A payload. */
  public static final class Order {
    public String id;
  }

  @Tag("M12")
  @Tag("C9")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void aBeanWhoseLeaseIsLostRollsBack(CommitPath path) throws Exception {
    try (Databases databases = new Databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      CountDownLatch secondDone = new CountDownLatch(1);
      AtomicInteger calls = new AtomicInteger();
      try (server) {
        QueueProducer producer = server.producer();
        producer.send(message(ORDERS, "order"));
        server.deploy(
            "Bean",
            ORDERS,
            received -> {
              int call = calls.incrementAndGet();
              producer.send(message(FOLLOW_UPS, String.valueOf(received.attempts())));
              if (call == 1) {
                secondDone.await();
                await().until(() -> databases.owedIn(ORDERS).isEmpty());
              } else {
                secondDone.countDown();
              }
            },
            spec -> spec.setLeaseRenewal("false"));
        secondDone.await();
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(calls).hasValue(2);
      assertThat(databases.bodiesIn(FOLLOW_UPS)).containsExactly("2");
      assertThat(databases.outcomesIn(ORDERS)).containsExactly("EXPIRED", "COMPLETED");
    }
  }

  @Tag("M2")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void aServerWhoseAfterDeliveryThrowsIsServedAlike(CommitPath path) throws Exception {
    try (Databases databases = new Databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        QueueProducer producer = server.producer();
        OrderBean bean =
            new OrderBean(
                server.application,
                producer,
                () -> server.container.transactions().manager().setRollbackOnly());
        producer.send(message(ORDERS, "order"));
        server.deploy(
            EndpointSettings.of("Bean", path.attribute()).withAfterDeliveryThrowing(),
            ORDERS,
            bean,
            spec -> {});
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(databases.placedBy("order")).containsExactly("2");
      assertThat(databases.bodiesIn(FOLLOW_UPS)).containsExactly("2");
      assertThat(databases.outcomesIn(ORDERS)).containsExactly("FAILED", "COMPLETED");
    }
  }
}
