package dev.waybill.testkit.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.Message;
import dev.waybill.testkit.faults.FaultPoint;
import dev.waybill.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PostgreSQL refuses transactions because of others, or is slow, or gives no connection. */
class BusyDatabaseTest {

  private static final List<String> TROUBLED =
      List.of("wb_delivery", "wb_lease", "wb_lease_term", "wb_attempt");

  private static PostgresServer server;

  /** What the database does to one statement of the queue in so many. */
  enum Trouble {
    DEADLOCK("raise exception 'deadlock detected' using errcode = '40P01'"),
    SERIALIZATION_FAILURE("raise exception 'could not serialize' using errcode = '40001'"),
    STATEMENT_TIMEOUT("perform pg_sleep(5)");

    private final String statement;

    Trouble(String statement) {
      this.statement = statement;
    }
  }

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

  private static String shopDatabase(String name) throws Exception {
    String url = server.createDatabase(name.toLowerCase(Locale.ROOT));
    Shop.prepare(url);
    return url;
  }

  /** In the transactions of applications and in those of the queue alone. */
  @Tag("C4")
  @Tag("C14")
  @Tag("G1")
  @Tag("G2")
  @Tag("G3")
  @Tag("UNAVAILABLE")
  @ParameterizedTest
  @EnumSource
  void whatAnotherTransactionSpoiltIsTriedAgainOrSaidToBeRetryable(Trouble trouble)
      throws Exception {
    String url = shopDatabase(trouble.name());
    try (LogLines log = new LogLines();
        Shop shop = Shop.open(url + "&options=-c%20statement_timeout%3D200ms");
        Traffic traffic = Traffic.of(shop, 2)) {
      traffic.awaitMore(1);
      begin(trouble, url);
      shop.handleOrders();
      long before = shop.asked.asked();
      int refused = traffic.refused().size();
      traffic.awaitMore(60);
      await("customers met it").until(() -> traffic.refused().size() > refused);
      end(url);
      traffic.awaitMore(20);
      traffic.audit(url);
      long orders = Long.parseLong(Traffic.column(url, "select count(*) from orders").get(0));
      assertThat(shop.asked.asked() - before)
          .as("connections asked for, with %d orders", orders)
          .isLessThan(100 * orders);
      assertThat(Traffic.column(url, "select distinct outcome from wb_attempt"))
          .isSubsetOf("COMPLETED", "FAILED");
      assertThat(log.of("WB-0101").size()).isLessThanOrEqualTo(10);
      assertThat(log.warnings())
          .as("other lines that need a person")
          .filteredOn(line -> !line.contains(" WB-0101 "))
          .isEmpty();
      shop.container.checker().assertClean();
    }
  }

  private static void begin(Trouble trouble, String url) throws SQLException {
    Shop.execute(
        url,
        "create sequence trouble_seq;"
            + "create function trouble() returns trigger language plpgsql as $$ begin"
            + " if nextval('trouble_seq') % 13 = 0 then "
            + trouble.statement
            + "; end if; return null; end $$");
    for (String table : TROUBLED) {
      Shop.execute(
          url,
          "create trigger trouble after insert or update or delete on "
              + table
              + " for each statement execute function trouble()");
    }
  }

  /** One by one: all at once would deadlock with the traffic. */
  private static void end(String url) throws SQLException {
    for (String table : TROUBLED) {
      Shop.execute(url, "drop trigger trouble on " + table);
    }
  }

  @Tag("G2")
  @Tag("M3")
  @Test
  void beansThatDeadlockWithEachOtherAreBothDoneInTheEnd() throws Exception {
    String url = shopDatabase("two_rows");
    Shop.execute(url, "create table stock (item int primary key, sold int not null)");
    Shop.execute(url, "insert into stock values (1, 0), (2, 0)");
    CyclicBarrier crossing = new CyclicBarrier(2);
    try (LogLines log = new LogLines();
        Shop shop = Shop.open(url)) {
      shop.order("1");
      shop.order("2");
      shop.deploy("Crossing", message -> cross(shop, message, crossing), spec -> {});
      await("both are handled")
          .until(
              () -> Traffic.column(url, "select count(*) from wb_delivery").equals(List.of("0")));
      assertThat(Traffic.column(url, "select sold from stock")).containsExactly("2", "2");
      assertThat(Traffic.column(url, "select id from handled order by id"))
          .containsExactly("1", "2");
      assertThat(Traffic.column(url, "select outcome from wb_attempt order by outcome"))
          .containsExactly("COMPLETED", "COMPLETED", "FAILED");
      assertThat(Traffic.column(url, "select error from wb_attempt where outcome = 'FAILED'"))
          .singleElement()
          .asString()
          .contains("deadlock detected");
      assertThat(log.warnings()).isEmpty();
      shop.container.checker().assertClean();
    }
  }

  private static void cross(Shop shop, Message message, CyclicBarrier crossing)
      throws SQLException {
    int first = Integer.parseInt(message.text());
    try (Connection connection = shop.application.getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("update stock set sold = sold + 1 where item = " + first);
      if (message.attempts() == 1) {
        crossing.await(60, TimeUnit.SECONDS);
      }
      statement.executeUpdate("update stock set sold = sold + 1 where item = " + (3 - first));
    } catch (InterruptedException
        | java.util.concurrent.BrokenBarrierException
        | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
    shop.handle(message);
  }

  @Tag("M12")
  @Test
  void aDatabaseSlowerThanTheRenewalIntervalCostsNoLease() throws Exception {
    String url = shopDatabase("slow");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    try (LogLines log = new LogLines();
        Shop shop = Shop.open(url)) {
      shop.order("long");
      shop.deploy(
          "Slow",
          message -> {
            begun.countDown();
            end.await(90, TimeUnit.SECONDS);
            shop.handle(message);
          },
          spec -> spec.setLeaseDuration("4s"));
      begun.await();
      long expires = expires(url);
      // Renewals begin each 1.3 s if they can.
      shop.driver.faults().armEach(FaultPoint.BEFORE_STATEMENT, () -> pass(1_500));
      await("it is renewed past its first term").until(() -> expires(url) > expires + 6_000_000);
      shop.driver.faults().disarm();
      end.countDown();
      await("it is done")
          .until(
              () -> Traffic.column(url, "select count(*) from wb_delivery").equals(List.of("0")));
      assertThat(Traffic.column(url, "select number || outcome from wb_attempt"))
          .containsExactly("1COMPLETED");
      assertThat(Traffic.column(url, "select id from handled")).containsExactly("long");
      assertThat(log.warnings()).isEmpty();
    }
  }

  private static long expires(String url) throws SQLException {
    return Long.parseLong(Traffic.column(url, "select max(expires_at) from wb_lease_term").get(0));
  }

  private static void pass(long millis) throws InterruptedException {
    new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
  }

  @Tag("UNAVAILABLE")
  @Tag("G1")
  @Test
  void aPoolThatIsEmptyForSomeSecondsIsOneOutage() throws Exception {
    String url = shopDatabase("empty_pool");
    try (LogLines log = new LogLines();
        Shop shop = Shop.open(url, 8, adapter -> {});
        Traffic traffic = Traffic.of(shop, 1)) {
      shop.handleOrders();
      traffic.awaitMore(20);
      List<Connection> taken = new ArrayList<>();
      long asked;
      try {
        while (log.of("WB-0101").isEmpty()) {
          take(shop, taken);
        }
        long before = shop.asked.asked();
        long from = System.nanoTime();
        await().until(() -> System.nanoTime() - from > TimeUnit.SECONDS.toNanos(2));
        asked = shop.asked.asked() - before;
      } finally {
        for (Connection connection : taken) {
          connection.close();
        }
      }
      traffic.awaitMore(20);
      traffic.audit(url);
      await().until(() -> log.of("WB-0103").size() == log.of("WB-0101").size());
      // Each waits for a second in vain, and there are only so many who do.
      assertThat(asked).as("connections asked for in 2 s").isLessThan(60);
      assertThat(log.of("WB-0101").size()).isLessThanOrEqualTo(2);
      assertThat(log.warnings())
          .filteredOn(line -> !line.contains(" WB-0101 "))
          .as("other lines that need a person")
          .isEmpty();
      shop.container.checker().assertClean();
    }
  }

  private static void take(Shop shop, List<Connection> taken) {
    try {
      taken.add(shop.pool.getConnection());
    } catch (SQLException e) {
      assertThat(taken).isNotEmpty();
    }
  }
}
