package dev.waybill.testkit.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.testkit.postgres.PostgresServer;
import dev.waybill.testkit.postgres.StopMode;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PostgreSQL goes away under load and comes back: everything goes on by itself. */
class DatabaseRestartTest {

  private static PostgresServer server;

  enum End {
    STOPPED_FAST,
    STOPPED_IMMEDIATELY,
    KILLED;

    /**
     * Those that did not wait for the disk: what they had leased is tried again, with a warning.
     */
    boolean mayForgetClaims() {
      return this != STOPPED_FAST;
    }

    void of(PostgresServer running) throws IOException {
      switch (this) {
        case STOPPED_FAST -> running.stop(StopMode.FAST);
        case STOPPED_IMMEDIATELY -> running.stop(StopMode.IMMEDIATE);
        case KILLED -> running.kill();
      }
    }
  }

  @BeforeAll
  static void start() throws IOException {
    // A server that is killed loses nothing it wrote: only the machine's end would need the sync.
    server = PostgresServer.builder().setting("fsync", "off").start();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @Tag("G1")
  @Tag("G2")
  @Tag("G3")
  @Tag("C2")
  @Tag("UNAVAILABLE")
  @ParameterizedTest
  @EnumSource(End.class)
  void everythingGoesOnByItself(End end) throws Exception {
    String url = server.createDatabase(end.name().toLowerCase(java.util.Locale.ROOT));
    Shop.prepare(url);
    try (LogLines log = new LogLines();
        Shop shop = Shop.open(url);
        Traffic traffic = Traffic.of(shop, 2)) {
      shop.handleOrders();
      traffic.awaitMore(50);
      end.of(server);
      await("the outage is said").until(() -> !log.of("WB-0101").isEmpty());
      traffic.pause();
      long tries = triesDuring(shop, 3);
      server.start();
      await("the end of the outage is said").until(() -> !log.of("WB-0103").isEmpty());
      traffic.resume();
      traffic.awaitMore(50);
      traffic.audit(url);
      // the sign of life, the reaper's steps, renewals, the sweep and one look of the activation
      assertThat(tries).as("connections asked for during 3 s of outage").isLessThan(60);
      assertThat(log.of("WB-0101")).as("lines").hasSize(1);
      assertThat(log.of("WB-0103")).as("lines").hasSize(1);
      assertThat(log.warnings())
          .as("other lines that need a person")
          .filteredOn(line -> !line.contains(" WB-0101 "))
          .filteredOn(line -> !(end.mayForgetClaims() && line.contains(" WB-0111 ")))
          .isEmpty();
      shop.container.checker().assertClean();
    }
  }

  private static long triesDuring(Shop shop, int seconds) {
    long from = System.nanoTime();
    long before = shop.asked.asked();
    await().until(() -> System.nanoTime() - from > TimeUnit.SECONDS.toNanos(seconds));
    return shop.asked.asked() - before;
  }
}
