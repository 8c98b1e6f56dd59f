package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.QueueProducer;
import dev.waybill.api.QueueReceiver;
import jakarta.transaction.Status;
import java.util.concurrent.Callable;

/** A server, and an application that sends messages and asks for them. */
record PullScene(
    WaybillServer server, Databases databases, QueueProducer producer, QueueReceiver receiver) {

  /** A scenario. */
  interface Play {
    void run(PullScene scene) throws Exception;
  }

  /** Plays a scenario on databases that are closed afterwards. */
  static void play(Databases databases, Play play) throws Exception {
    try (databases) {
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        play.run(new PullScene(server, databases, server.producer(), server.receiver()));
      }
      server.checker().assertClean();
    }
  }

  void send(String... texts) {
    for (String text : texts) {
      producer.send(WaybillServer.message(ORDERS, text));
    }
  }

  void place(String order) throws Exception {
    Databases.update(server.application, "insert into placed values ('" + order + "', 1)");
  }

  <T> T inTransaction(Callable<T> business) throws Exception {
    return server.container.transactions().inTransaction(business);
  }

  /** Like {@link #inTransaction}, and rolled back. */
  void rolledBack(Callable<?> business) {
    assertThatThrownBy(
            () ->
                inTransaction(
                    () -> {
                      business.call();
                      throw new IllegalStateException("meant to fail");
                    }))
        .hasMessage("meant to fail");
  }

  void assertActive() throws Exception {
    assertThat(server.container.transactions().status()).isEqualTo(Status.STATUS_ACTIVE);
  }

  void assertOver(String... outcomes) throws Exception {
    await().until(() -> databases.owedIn(ORDERS).isEmpty());
    assertThat(databases.outcomesIn(ORDERS)).containsExactly(outcomes);
  }
}
