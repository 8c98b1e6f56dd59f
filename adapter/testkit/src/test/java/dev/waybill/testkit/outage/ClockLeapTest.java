package dev.waybill.testkit.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The clock of the database's machine leaps, as after a sleep or when it is set. */
class ClockLeapTest {

  private static PostgresServer server;

  @BeforeAll
  static void start() throws IOException {
    server = PostgresServer.builder().setting("fsync", "off").start();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  /** A database whose clock is set by the table {@code leap.step}. */
  private static String databaseWithClock() throws SQLException {
    String url = server.createDatabase("leaping");
    Shop.execute(url, "create schema leap");
    Shop.execute(url, "create table leap.step (by_us bigint not null)");
    Shop.execute(url, "insert into leap.step values (0)");
    Shop.execute(
        url,
        "create function leap.clock_timestamp() returns timestamptz language sql volatile as $$"
            + " select pg_catalog.clock_timestamp() + (select by_us from leap.step)"
            + " * interval '1 microsecond' $$");
    return url + "&options=-c%20search_path%3Dleap,pg_catalog";
  }

  @Tag("M12")
  @Tag("G5")
  @Test
  void aLeapOfAnHourTakesNoLeaseFromALivingNode() throws Exception {
    String url = databaseWithClock();
    Shop.prepare(url);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    try (LogLines log = new LogLines();
        Shop one = Shop.open(url);
        Shop two = Shop.open(url, 8, adapter -> adapter.setNodeName("node-2"))) {
      one.order("long");
      one.deploy(
          "Long",
          message -> {
            begun.countDown();
            end.await(90, TimeUnit.SECONDS);
            one.handle(message);
          },
          // or it would take what others are to go on with
          spec -> spec.setMaxConcurrency("1"));
      begun.await();
      two.handleOrders();
      long before = expires(url);

      Shop.execute(url, "update leap.step set by_us = 3600000000");
      await("each node has noticed, and renewed at once")
          .until(() -> expires(url) > before + 3_500_000_000L);
      long rounds = two.asked.asked() + 30;
      await("the reapers look").until(() -> two.asked.asked() > rounds);
      two.order("another");
      await("others go on")
          .until(() -> Traffic.column(url, "select id from handled").equals(List.of("another")));
      end.countDown();
      await("it is done").until(() -> Traffic.column(url, "select 1 from wb_delivery").isEmpty());

      assertThat(Traffic.column(url, "select number || outcome from wb_attempt"))
          .containsOnly("1COMPLETED")
          .hasSize(2);
      assertThat(Traffic.column(url, "select id from handled order by id"))
          .containsExactly("another", "long");
      assertThat(log.warnings()).isEmpty();
    }
  }

  /** The end of the earliest term. */
  private static long expires(String url) throws SQLException {
    return Long.parseLong(Traffic.column(url, "select min(expires_at) from wb_lease_term").get(0));
  }
}
