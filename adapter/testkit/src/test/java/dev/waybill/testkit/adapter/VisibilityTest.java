package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static dev.waybill.testkit.adapter.WaybillServer.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.QueueProducer;
import dev.waybill.testkit.faults.FaultPoint;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A consumer never sees a message before the business rows that were committed with it. */
class VisibilityTest {

  private static final String PROBE = "probe";

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  @Tag("G6")
  @Tag("C3")
  @ParameterizedTest(name = "the queue commits first: {0}")
  @ValueSource(booleans = {true, false})
  void aMessageWaitsForTheOtherResourceOfItsTransaction(boolean queueFirst) throws Exception {
    try (Databases databases = databases(CommitPath.XA)) {
      WaybillServer server =
          WaybillServer.start(databases, adapter -> adapter.setReleaseHold("10m"));
      List<String> seen = new CopyOnWriteArrayList<>();
      CountDownLatch held = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      try (server) {
        QueueProducer producer = server.producer();
        server.deploy(
            "Bean",
            ORDERS,
            received ->
                seen.add(
                    received.text()
                        + " #"
                        + received.attempts()
                        + " rows "
                        + databases.placedBy(received.text())),
            spec -> {});
        server
            .application
            .faults()
            .arm(
                FaultPoint.BEFORE_COMMIT,
                1,
                () -> {
                  held.countDown();
                  go.await();
                });
        CompletableFuture<Void> placing =
            CompletableFuture.runAsync(() -> place(server, producer, queueFirst));
        try {
          held.await();
          assertThat(databases.unfinishedBranches())
              .singleElement()
              .asString()
              .endsWith(queueFirst ? " COMMITTED_UNRELEASED" : " PREPARED");
          for (int probe = 1; probe <= 5; probe++) {
            int expected = probe;
            producer.send(message(ORDERS, PROBE));
            await("the consumer takes what is visible").until(() -> seen.size() >= expected);
          }
          assertThat(seen).containsOnly(PROBE + " #1 rows []");
          assertThat(databases.placedBy("order")).as("the row is not committed yet").isEmpty();
        } finally {
          go.countDown();
        }
        placing.join();
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(seen).hasSize(6).last().isEqualTo("order #1 rows [1]");
      assertThat(databases.unfinishedBranches()).isEmpty();
    }
  }

  private static void place(WaybillServer server, QueueProducer producer, boolean queueFirst) {
    try {
      server
          .container
          .transactions()
          .inTransaction(
              () -> {
                if (queueFirst) {
                  producer.send(message(ORDERS, "order"));
                }
                Databases.update(server.application, "insert into placed values ('order', 1)");
                if (!queueFirst) {
                  producer.send(message(ORDERS, "order"));
                }
                return null;
              });
    } catch (Exception e) {
      throw new IllegalStateException("The order cannot be placed", e);
    }
  }
}
