package dev.waybill.testkit.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The primary is killed under load and its synchronous replica promoted. Run by -Pcrash. */
class FailoverCrashRun {

  @Tag("G1")
  @Tag("G2")
  @Tag("G3")
  @Tag("C2")
  @Test
  void nothingIsLostAndNothingDoubled() throws Exception {
    try (Replicated pair = Replicated.start()) {
      pair.primary().createDatabase("shop");
      String url = pair.url("shop");
      Shop.prepare(url);
      await("the replica confirms commits")
          .until(
              () ->
                  Traffic.column(
                          pair.primary().url("postgres"),
                          "select sync_state from pg_stat_replication")
                      .contains("sync"));
      try (LogLines log = new LogLines();
          Shop shop = Shop.open(url);
          Traffic traffic = Traffic.of(shop, 4)) {
        shop.handleOrders();
        traffic.awaitMore(200);
        pair.primary().kill();
        await("the outage is said").until(() -> !log.of("WB-0101").isEmpty());
        pair.promote();
        traffic.awaitMore(200);
        traffic.audit(url);
        assertThat(log.of("WB-0101")).hasSize(1);
        await("the end of the outage is said").until(() -> !log.of("WB-0103").isEmpty());
        assertThat(log.of("WB-0103")).hasSize(1);
        shop.container.checker().assertClean();
        System.out.println("Failover: " + traffic.accepted() + " orders taken, lost 0, doubled 0");
      }
    }
  }
}
