package dev.waybill.testkit.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** PostgreSQL runs, but not all goes well. */
class DatabaseFaultsTest {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static PostgresServer server;

  @BeforeAll
  static void start() throws IOException {
    server =
        PostgresServer.builder()
            .setting("fsync", "off")
            .setting("deadlock_timeout", "100ms")
            .start();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  private static String shopDatabase() throws Exception {
    String url = server.createDatabase("faults_" + NUMBER.incrementAndGet());
    Shop.prepare(url);
    return url;
  }

  private static void cutAll(String url) throws Exception {
    Shop.execute(
        server.url("postgres"),
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '"
            + url.replaceAll(".*/(\\w+)\\?.*", "$1")
            + "'");
  }

  @Tag("G1")
  @Tag("G2")
  @Tag("G3")
  @Tag("C2")
  @Test
  void connectionsThatAreCutUnderLoadLoseNothingAndDoubleNothing() throws Exception {
    String url = shopDatabase();
    try (LogLines log = new LogLines();
        Shop shop = Shop.open(url);
        Traffic traffic = Traffic.of(shop, 2)) {
      shop.handleOrders();
      for (int i = 0; i < 10; i++) {
        traffic.awaitMore(20);
        cutAll(url);
      }
      traffic.awaitMore(20);
      traffic.audit(url);
      // Each operation that meets a cut twice in a row may say so, once.
      assertThat(log.of("WB-0101").size()).isLessThanOrEqualTo(10);
      await("each outage that was said is over")
          .until(() -> log.of("WB-0103").size() == log.of("WB-0101").size());
      assertThat(log.of("WB-0199", "WB-0006", "WB-0007")).isEmpty();
      shop.container.checker().assertClean();
    }
  }

  @Tag("C4")
  @Tag("G2")
  @Test
  void aLockThatIsHeldForLongStopsNothingButWhatItCovers() throws Exception {
    String url = shopDatabase();
    try (Shop shop = Shop.open(url);
        Traffic traffic = Traffic.of(shop, 1)) {
      traffic.awaitMore(5);
      try (Connection holder = DriverManager.getConnection(url);
          Statement statement = holder.createStatement()) {
        holder.setAutoCommit(false);
        statement.execute("select position from wb_delivery order by position limit 1 for update");
        shop.handleOrders();
        traffic.awaitMore(20);
        await("all but one are handled")
            .until(
                () ->
                    Traffic.column(url, "select count(*) from handled").get(0).compareTo("0") > 0
                        && Traffic.column(url, "select count(*) >= 20 from handled")
                            .equals(List.of("t")));
        holder.rollback();
      }
      traffic.audit(url);
    }
  }

  @Tag("UNAVAILABLE")
  @Test
  void aSendThatRunsIntoATimeOutIsRetryable() throws Exception {
    String url = shopDatabase();
    try (Shop shop = Shop.open(url + "&options=-c%20lock_timeout=100ms")) {
      shop.order("first");
      try (Connection holder = DriverManager.getConnection(url);
          Statement statement = holder.createStatement()) {
        holder.setAutoCommit(false);
        statement.execute("lock table wb_message in access exclusive mode");
        assertThatThrownBy(() -> shop.order("second"))
            .isInstanceOfSatisfying(QueueException.class, DatabaseFaultsTest::retryable)
            .hasMessageContaining("busy with conflicting transactions");
        holder.rollback();
      }
      shop.order("third");
      assertThat(Traffic.column(url, "select id from orders order by id"))
          .containsExactly("first", "third");
    }
  }

  private static void retryable(QueueException e) {
    assertThat(e.kind()).isEqualTo(QueueException.Kind.UNAVAILABLE);
    assertThat(e.retryable()).isTrue();
  }

  @Tag("UNAVAILABLE")
  @Test
  void anExhaustedPoolOfTheApplicationIsRetryableAndNamed() throws Exception {
    String url = shopDatabase();
    try (Shop shop = Shop.open(url, 4, adapter -> {})) {
      shop.order("first");
      List<Connection> taken = new ArrayList<>();
      try {
        takeAll(shop, taken);
        assertThatThrownBy(
                () -> shop.producer().send(OutgoingMessage.to(Shop.ORDERS).text("x").build()))
            .isInstanceOfSatisfying(QueueException.class, DatabaseFaultsTest::retryable)
            .hasMessageContaining("The DataSource \"jdbc/shop-")
            .hasMessageContaining("gives no connection");
      } finally {
        for (Connection connection : taken) {
          connection.close();
        }
      }
      shop.producer().send(OutgoingMessage.to(Shop.ORDERS).text("second").build());
    }
  }

  /** One is the listener's for good, and the adapter's own work takes one now and then. */
  private static void takeAll(Shop shop, List<Connection> taken) {
    try {
      while (true) {
        taken.add(shop.pool.getConnection());
      }
    } catch (SQLException e) {
      assertThat(taken).isNotEmpty();
    }
  }

  @Tag("UNAVAILABLE")
  @Test
  void aDatabaseThatIsNotThereAtTheStartIsWaitedForAndSendsSayWhy() throws Exception {
    String name = "faults_" + NUMBER.incrementAndGet();
    String url = server.url(name);
    try (LogLines log = new LogLines();
        Shop shop = Shop.open(url)) {
      shop.handleOrders();
      assertThatThrownBy(
              () -> shop.producer().send(OutgoingMessage.to(Shop.ORDERS).text("x").build()))
          .isInstanceOfSatisfying(QueueException.class, DatabaseFaultsTest::retryable)
          .hasMessageContaining("The queue's store is not open")
          .hasMessageContaining(name);
      server.createDatabase(name);
      Shop.prepare(url);
      await("the store is open").until(() -> !log.of("WB-0003").isEmpty());
      shop.order("first");
      await("the bean was waiting")
          .until(() -> Traffic.column(url, "select id from handled").equals(List.of("first")));
      assertThat(log.of("WB-0004")).as("lines while it was not there").hasSize(1);
      shop.container.checker().assertClean();
    }
  }

  @Tag("UNAVAILABLE")
  @Test
  void aSchemaOfAnotherVersionIsOneClearLine() throws Exception {
    String url = shopDatabase();
    Shop.open(url).close();
    Shop.execute(
        url,
        "insert into wb_schema (version, script, checksum, applied_at)"
            + " values (99, 'V99__later.sql', 'x', 0)");
    try (LogLines log = new LogLines();
        Shop shop = Shop.open(url)) {
      await("it is said").until(() -> !log.of("WB-0004").isEmpty());
      assertThat(log.of("WB-0004"))
          .singleElement()
          .asString()
          .contains("version 99", "Deploy the newer adapter");
      long before = shop.asked.asked();
      long from = System.nanoTime();
      await().until(() -> System.nanoTime() - from > 2_000_000_000L);
      assertThat(shop.asked.asked() - before).as("connections asked for in 2 s").isLessThan(20);
      assertThat(log.warnings()).hasSize(1);
    }
  }
}
