package dev.waybill.testkit.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.testkit.outage.CutProxy.Lost;
import dev.waybill.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The network ends exactly at COMMIT: of applications, of claims, renewals and settlements. */
class LostCommitTest {

  private static PostgresServer server;

  @BeforeAll
  static void start() throws IOException {
    server = PostgresServer.builder().setting("fsync", "off").start();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @Tag("C2")
  @Tag("G1")
  @Tag("G2")
  @Tag("G3")
  @Tag("G7")
  @ParameterizedTest
  @EnumSource
  void whatACommitWithoutAnswerDidIsReadBackRight(Lost lost) throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    String direct = server.createDatabase("cut_" + lost.name().toLowerCase(Locale.ROOT));
    Shop.prepare(direct);
    try (CutProxy network = new CutProxy(server.port());
        LogLines log = new LogLines();
        Shop shop =
            Shop.open(
                direct.replace(":" + server.port() + "/", ":" + network.port() + "/")
                    + "&prepareThreshold=0");
        Traffic traffic = Traffic.of(shop, 2)) {
      shop.handleOrders();
      traffic.awaitMore(10);
      for (int i = 1; i <= 8; i++) {
        int cuts = i;
        network.cut(lost, random.nextInt(6));
        await().until(() -> network.cuts() == cuts);
        traffic.awaitMore(2);
      }
      traffic.awaitMore(20);
      traffic.audit(direct);
      // Each operation that meets a cut twice in a row may say so, once.
      assertThat(log.of("WB-0101").size()).isLessThanOrEqualTo(10);
      await("each outage that was said is over")
          .until(() -> log.of("WB-0103").size() == log.of("WB-0101").size());
      assertThat(log.of("WB-0199", "WB-0006", "WB-0007", "WB-0202")).isEmpty();
      shop.container.checker().assertClean();
    }
  }
}
