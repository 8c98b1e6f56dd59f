package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.FOLLOW_UPS;
import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.Message;
import dev.waybill.api.QueueProducer;
import dev.waybill.testkit.adapter.FaultCase.Behaviour;
import dev.waybill.testkit.endpoints.EndpointSettings;
import dev.waybill.testkit.endpoints.SimulatedEndpointFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A bean that gets batches, on each commit path. */
@Tag("M4")
class BatchListenerTest {

  private static final String DEAD = "app:dead";
  private static final List<String> FIVE = List.of("o1", "o2", "o3", "o4", "o5");

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  private static void sendFive(WaybillServer server) throws Exception {
    QueueProducer producer = server.producer();
    producer.sendBatch(FIVE.stream().map(text -> WaybillServer.message(ORDERS, text)).toList());
  }

  private static BatchBean bean(WaybillServer server, BatchBean.Ending first) throws Exception {
    return new BatchBean(server.application, server.producer(), first);
  }

  private static SimulatedEndpointFactory deploy(WaybillServer server, BatchBean bean)
      throws Exception {
    return server.deployBatches(
        bean,
        spec -> {
          spec.setBatchSize("5");
          spec.setBatchWait("300ms");
          spec.setMaxConcurrency("1");
        });
  }

  private static List<String> rows(Databases databases) throws SQLException {
    List<String> rows = new ArrayList<>();
    for (String order : FIVE) {
      databases.placedBy(order).forEach(attempt -> rows.add(order));
    }
    return rows;
  }

  private static void assertEffectsOnce(Databases databases) throws SQLException {
    if (databases.path() != CommitPath.LOCAL) {
      assertThat(rows(databases)).as("business rows").isEqualTo(FIVE);
      assertThat(databases.bodiesIn(FOLLOW_UPS)).containsExactlyInAnyOrderElementsOf(FIVE);
    } else {
      assertThat(rows(databases)).as("at least once").containsAll(FIVE);
    }
  }

  static Stream<Arguments> endings() {
    return Stream.of(CommitPath.values())
        .flatMap(
            path ->
                Stream.of(Behaviour.values())
                    .filter(
                        behaviour ->
                            path != CommitPath.LOCAL || behaviour != Behaviour.SETS_ROLLBACK_ONLY)
                    .map(behaviour -> Arguments.of(path, behaviour)));
  }

  @Tag("M2")
  @Tag("M5")
  @Tag("G2")
  @ParameterizedTest
  @MethodSource("endings")
  void rowsSettlementsAndSendsOfABatchAreOne(CommitPath path, Behaviour ending) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      BatchBean bean = bean(server, batch -> ending.end(server.container.transactions()));
      try (server) {
        sendFive(server);
        deploy(server, bean);
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertEffectsOnce(databases);
      List<String> outcomes = new ArrayList<>(databases.outcomesIn(ORDERS));
      assertThat(outcomes.subList(outcomes.size() - 5, outcomes.size())).containsOnly("COMPLETED");
      if (ending == Behaviour.RETURNS) {
        assertThat(bean.batches()).containsExactly("o1#1 o2#1 o3#1 o4#1 o5#1");
        assertThat(outcomes).hasSize(5);
      } else {
        assertThat(bean.batches())
            .containsExactly("o1#1 o2#1 o3#1 o4#1 o5#1", "o1#2 o2#2 o3#2 o4#2 o5#2");
        assertThat(outcomes.subList(0, outcomes.size() - 5)).hasSize(5).containsOnly("FAILED");
      }
    }
  }

  @Tag("M12")
  @Tag("C9")
  @ParameterizedTest
  @EnumSource
  void aBatchThatLostTheLeaseOfOneOfFiveRollsBackAndLosesNone(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      BatchBean bean =
          bean(server, batch -> loseLease(databases, batch.messages().get(2).position()));
      try (server) {
        sendFive(server);
        deploy(server, bean);
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertEffectsOnce(databases);
      assertThat(bean.batches().get(0)).isEqualTo("o1#1 o2#1 o3#1 o4#1 o5#1");
      assertThat(databases.outcomesIn(ORDERS))
          .as("the lost one has no attempt to record, the other four have")
          .hasSize(9)
          .satisfies(outcomes -> assertThat(Collections.frequency(outcomes, "FAILED")).isEqualTo(4))
          .satisfies(
              outcomes -> assertThat(Collections.frequency(outcomes, "COMPLETED")).isEqualTo(5));
    }
  }

  /** As if the lease had run out and somebody had been quick to end it. */
  private static void loseLease(Databases databases, long position) throws SQLException {
    Databases.update(
        databases.queue(),
        "update wb_delivery set lease_token = null where position = " + position);
  }

  @Tag("M11")
  @ParameterizedTest
  @EnumSource
  void aContainerWithoutEndpointsCostsNoAttempt(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      BatchBean bean = bean(server, batch -> {});
      try (server) {
        SimulatedEndpointFactory endpoints = deploy(server, bean);
        endpoints.setAvailable(false);
        await().until(() -> endpoints.openEndpoints() == 0);
        sendFive(server);
        int refused = endpoints.refusals();
        await().until(() -> endpoints.refusals() >= refused + 2);
        assertThat(databases.owedIn(ORDERS)).hasSize(5).containsOnly("READY 0");
        endpoints.setAvailable(true);
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(bean.batches()).containsExactly("o1#1 o2#1 o3#1 o4#1 o5#1");
      assertEffectsOnce(databases);
    }
  }

  @Tag("M5")
  @Tag("M9")
  @ParameterizedTest
  @EnumSource
  void eachMessageOfABatchEndsInItsOwnWay(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      List<String> seen = new CopyOnWriteArrayList<>();
      try (server) {
        sendFive(server);
        server.deployBatches(
            batch -> {
              for (Message message : batch) {
                seen.add(message.text() + "#" + message.attempts());
                if (message.attempts() > 1) {
                  message.ack();
                } else {
                  decide(message);
                }
              }
            },
            spec -> {
              spec.setBatchSize("5");
              spec.setBatchWait("0s");
              spec.setDeadLetterQueue(DEAD);
            });
        await().until(() -> databases.owedIn(ORDERS).equals(List.of("SCHEDULED 1")));
      }
      server.checker().assertClean();
      assertThat(databases.bodiesIn(DEAD)).containsExactly("o3");
      assertThat(databases.bodiesIn(ORDERS)).as("in an hour").containsExactly("o4");
      assertThat(seen).contains("o2#2", "o5#2").doesNotContain("o1#2", "o3#2", "o4#2");
    }
  }

  private static void decide(Message message) {
    switch (message.text()) {
      case "o1" -> message.ack();
      case "o2" -> message.retry();
      case "o3" -> message.reject("no stock");
      case "o4" -> message.retry(Duration.ofHours(1));
      default -> {}
    }
  }

  @Tag("M10")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "LOCAL"})
  void onlyTheMessageThatCannotBeReadIsADeadLetter(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        sendFive(server);
        server.deployBatches(
            batch -> {
              for (Message message : batch) {
                if (message.text().equals("o3")) {
                  message.bytes();
                }
              }
              batch.ackAll();
            },
            spec -> {
              spec.setBatchSize("5");
              spec.setDeadLetterQueue(DEAD);
            });
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(databases.bodiesIn(DEAD)).containsExactly("o3");
      assertThat(Collections.frequency(databases.outcomesIn(ORDERS), "COMPLETED")).isEqualTo(4);
    }
  }

  @Tag("M16")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "LOCAL"})
  void aBeanWhoseDeliveriesAllFailIsTriedNowAndThenAndRecovers(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      AtomicBoolean broken = new AtomicBoolean(true);
      List<String> handled = new CopyOnWriteArrayList<>();
      try (server) {
        QueueProducer producer = server.producer();
        for (int i = 0; i < 60; i++) {
          producer.send(WaybillServer.message(ORDERS, "o" + i));
        }
        server.deploy(
            EndpointSettings.of("Bean", path.attribute()),
            ORDERS,
            message -> {
              if (broken.get()) {
                throw new IllegalStateException("the warehouse does not answer");
              }
              handled.add(message.text() + "#" + message.attempts());
            },
            spec -> {
              spec.setMaxConcurrency("4");
              spec.setRetrySchedule("1h");
            });
        await().until(() -> databases.outcomesIn(ORDERS).size() >= 11);
        await().until(() -> Collections.frequency(databases.owedIn(ORDERS), "LEASED 0") == 0);
        int tried = databases.outcomesIn(ORDERS).size();
        assertThat(tried).as("10, what was under way, and a probe or two").isLessThan(20);
        assertThat(Collections.frequency(databases.owedIn(ORDERS), "READY 0"))
            .isGreaterThanOrEqualTo(40);
        broken.set(false);
        await().until(() -> Collections.frequency(databases.owedIn(ORDERS), "READY 0") == 0);
        await().until(() -> handled.size() > 40);
      }
      server.checker().assertClean();
      assertThat(handled).allMatch(each -> each.endsWith("#1"));
    }
  }
}
