package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.FOLLOW_UPS;
import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static dev.waybill.testkit.adapter.WaybillServer.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.Message;
import dev.waybill.api.QueueProducer;
import dev.waybill.testkit.endpoints.SimulatedEndpointFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stops, undeployments and restarts lose nothing and burn no attempt. */
@Tag("G5")
class StopAndRedeployTest {

  private static final int MANY = 240;

  @Tag("M17")
  @ParameterizedTest
  @EnumSource
  void aStopWaitsForRunningDeliveriesAndLeavesTheRestUntouched(CommitPath path) throws Exception {
    try (Databases databases = new Databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      CountDownLatch running = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      QueueProducer producer = server.producer();
      OrderBean bean =
          new OrderBean(server.application, producer, () -> {}) {
            @Override
            public void onMessage(Message message) throws Exception {
              super.onMessage(message);
              // Only who is fast leases ahead, so it is fast until that has happened.
              if (leased(databases) > 1 && running.getCount() > 0) {
                running.countDown();
                go.await();
              }
            }
          };
      send(producer);
      server.deploy(
          "Bean",
          ORDERS,
          bean,
          spec -> {
            spec.setMaxConcurrency("1");
            spec.setPrefetch("3");
          });
      running.await();
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::close);
      await("the stop has released them").until(() -> leased(databases) == 1);
      assertThat(stopped).as("the stop, while a delivery runs").isNotDone();
      go.countDown();
      stopped.join();
      server.checker().assertClean();
      assertThat(databases.bodiesIn(FOLLOW_UPS)).hasSize(bean.calls()).containsOnly("1");
      assertThat(databases.owedIn(ORDERS)).hasSize(MANY - bean.calls()).containsOnly("READY 0");
    }
  }

  @Tag("M17")
  @ParameterizedTest
  @EnumSource
  void redeploymentsInMidFlightLoseAndDoubleNothing(CommitPath path) throws Exception {
    try (Databases databases = new Databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        send(server.producer());
        OrderBean bean = new OrderBean(server.application, server.producer(), () -> {});
        for (int round = 1; round <= 3; round++) {
          int target = bean.calls() + 20;
          SimulatedEndpointFactory deployed = deploy(server, bean);
          awaitCalls(bean, Math.min(target, MANY));
          server.container.deactivate(deployed);
          assertThat(deployed.openEndpoints()).isZero();
        }
        deploy(server, bean);
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertEachOnceAtTheFirstAttempt(databases);
    }
  }

  @Tag("M17")
  @ParameterizedTest
  @EnumSource
  void restartsInMidFlightLoseAndDoubleNothing(CommitPath path) throws Exception {
    try (Databases databases = new Databases(path)) {
      for (int round = 1; round <= 3; round++) {
        WaybillServer server = WaybillServer.start(databases);
        try (server) {
          QueueProducer producer = server.producer();
          if (round == 1) {
            send(producer);
          }
          OrderBean bean = new OrderBean(server.application, producer, () -> {});
          deploy(server, bean);
          if (round < 3 && databases.owedIn(ORDERS).size() > 40) {
            awaitCalls(bean, 20);
          } else {
            await().until(() -> databases.owedIn(ORDERS).isEmpty());
          }
        }
        server.checker().assertClean();
      }
      assertEachOnceAtTheFirstAttempt(databases);
    }
  }

  @Tag("C9")
  @ParameterizedTest
  @EnumSource
  void twoNodesShareTheMessagesOfAQueue(CommitPath path) throws Exception {
    try (Databases databases = new Databases(path)) {
      WaybillServer one = WaybillServer.start(databases);
      WaybillServer two = WaybillServer.start(databases, adapter -> adapter.setNodeName("node-2"));
      OrderBean first = new OrderBean(one.application, one.producer(), () -> {});
      OrderBean second = new OrderBean(two.application, two.producer(), () -> {});
      try (one;
          two) {
        deploy(one, first);
        deploy(two, second);
        send(one.producer());
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      one.checker().assertClean();
      two.checker().assertClean();
      assertThat(first.calls() + second.calls()).isEqualTo(MANY);
      assertEachOnceAtTheFirstAttempt(databases);
    }
  }

  private static long leased(Databases databases) throws Exception {
    return databases.owedIn(ORDERS).stream().filter(owed -> owed.startsWith("LEASED")).count();
  }

  /** Looks often, so that much is left to do when it returns. */
  private static void awaitCalls(OrderBean bean, int calls) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> bean.calls() >= calls);
  }

  private static void send(QueueProducer producer) {
    for (int i = 0; i < MANY; i++) {
      producer.send(message(ORDERS, "order-" + i));
    }
  }

  private static SimulatedEndpointFactory deploy(WaybillServer server, OrderBean bean)
      throws Exception {
    return server.deploy(
        "Bean",
        ORDERS,
        bean,
        spec -> {
          spec.setMaxConcurrency("4");
          spec.setPrefetch("4");
        });
  }

  private static void assertEachOnceAtTheFirstAttempt(Databases databases) throws Exception {
    for (int i = 0; i < MANY; i++) {
      assertThat(databases.placedBy("order-" + i)).as("order-" + i).containsExactly("1");
    }
    assertThat(databases.bodiesIn(FOLLOW_UPS)).hasSize(MANY).containsOnly("1");
    assertThat(databases.outcomesIn(ORDERS)).hasSize(MANY).containsOnly("COMPLETED");
    assertThat(databases.unfinishedBranches()).isEmpty();
  }
}
