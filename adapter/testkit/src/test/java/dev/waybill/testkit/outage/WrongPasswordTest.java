package dev.waybill.testkit.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueueProducer;
import dev.waybill.ra.WaybillResourceAdapter;
import dev.waybill.ra.inbound.QueueActivationSpec;
import dev.waybill.ra.outbound.ProducerConnectionFactory;
import dev.waybill.testkit.SimulatedContainer;
import dev.waybill.testkit.endpoints.EndpointSettings;
import dev.waybill.testkit.endpoints.TransactionAttribute;
import dev.waybill.testkit.outbound.TransactionLevel;
import dev.waybill.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The database knows another password than the adapter when the server starts. */
class WrongPasswordTest {

  @Tag("UNAVAILABLE")
  @Test
  void itIsSaidOnceAndEverythingComesUpOnceThePasswordFits() throws Exception {
    try (PostgresServer server = PostgresServer.builder().setting("fsync", "off").start();
        LogLines log = new LogLines()) {
      String admin = server.createDatabase("guarded");
      Shop.execute(admin, "create role shop login password 'another'");
      Shop.execute(admin, "grant all on schema public to shop");
      Files.writeString(
          server.data().resolve("pg_hba.conf"),
          "host all shop 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n");
      Shop.execute(admin, "select pg_reload_conf()");
      List<String> seen = new CopyOnWriteArrayList<>();

      try (SimulatedContainer container = SimulatedContainer.threaded(12)) {
        container.start(adapter("jdbc:postgresql://127.0.0.1:" + server.port() + "/guarded"));
        container.activate(
            EndpointSettings.of("Bean", TransactionAttribute.REQUIRED),
            QueueListener.class,
            message -> seen.add(message.text()),
            spec());
        QueueProducer producer =
            container.connectionFactory(
                QueueProducer.class,
                new ProducerConnectionFactory(),
                TransactionLevel.XA_TRANSACTION);
        OutgoingMessage order = OutgoingMessage.to(Shop.ORDERS).text("first").build();
        assertThatThrownBy(() -> producer.send(order))
            .isInstanceOfSatisfying(
                QueueException.class,
                e -> {
                  assertThat(e.kind()).isEqualTo(QueueException.Kind.UNAVAILABLE);
                  assertThat(e.retryable()).isTrue();
                })
            .hasMessageContainingAll("password authentication failed", "user \"shop\"")
            .hasMessageNotContaining("secret-fitting");
        long before = refusals(server);
        long from = System.nanoTime();
        await().until(() -> System.nanoTime() - from > TimeUnit.SECONDS.toNanos(3));
        assertThat(refusals(server) - before).as("tries in 3 s").isLessThan(20);

        Shop.execute(admin, "alter role shop password 'secret-fitting'");
        await().ignoreException(QueueException.class).untilAsserted(() -> producer.send(order));
        await().until(() -> seen.equals(List.of("first")));

        assertThat(log.of("WB-0004"))
            .singleElement()
            .asString()
            .contains("url, user and password are right")
            .doesNotContain("secret-fitting");
        assertThat(log.warnings()).hasSize(1);
        container.checker().assertClean();
      }
    }
  }

  private static WaybillResourceAdapter adapter(String url) {
    WaybillResourceAdapter adapter = new WaybillResourceAdapter();
    adapter.setUrl(url);
    adapter.setUser("shop");
    adapter.setPassword("secret-fitting");
    adapter.setNodeName("node-1");
    adapter.setPollInterval("200ms");
    return adapter;
  }

  private static QueueActivationSpec spec() {
    QueueActivationSpec spec = new QueueActivationSpec();
    spec.setQueue(Shop.ORDERS);
    return spec;
  }

  private static long refusals(PostgresServer server) throws IOException {
    try (var lines = Files.lines(server.log())) {
      return lines.filter(line -> line.contains("password authentication failed")).count();
    }
  }
}
