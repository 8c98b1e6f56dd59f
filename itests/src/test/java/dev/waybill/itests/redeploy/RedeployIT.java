package dev.waybill.itests.redeploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.itests.orders.CommitPath;
import dev.waybill.itests.orders.Ledger;
import dev.waybill.itests.orders.OrdersClient;
import dev.waybill.itests.orders.OrdersClient.Summary;
import dev.waybill.itests.server.Administration;
import dev.waybill.itests.server.Artifacts;
import dev.waybill.itests.server.Directories;
import dev.waybill.itests.server.PayaraMicro;
import dev.waybill.itests.server.ServerSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Undeploys and deploys the order service while orders are moving, then stops the server (SIGTERM)
 * in the same situation and starts it again: nothing is lost, nothing is done twice, and no attempt
 * is burnt.
 */
@Tag("G5")
@Tag("M17")
@Tag("S8")
class RedeployIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(240);
  private static final int IMPORTED = 600;

  @ParameterizedTest
  @EnumSource(CommitPath.class)
  void nothingIsLostOrDoubled(CommitPath path) {
    Path directory = Directories.emptied(Artifacts.directory("redeploy-" + path));
    try (PayaraMicro server = PayaraMicro.start(setup(path, directory))) {
      Administration administration = new Administration(server);
      OrdersClient orders = new OrdersClient(server.uri("/"));
      awaitMoving(orders);
      administration.undeploy("orders");
      administration.deploy("orders", "/", Artifacts.ordersWar());
      awaitMoving(orders);
      server.stop();
    }
    try (PayaraMicro server = PayaraMicro.start(setup(path, directory))) {
      OrdersClient orders = new OrdersClient(server.uri("/"));
      orders.awaitFinished(TIMEOUT);
      server.stop();
    }
    Ledger ledger = Ledger.read(path, directory, Set.of());
    System.out.printf(
        "Redeploy %s: %d orders, lost %d, doubled %d, in doubt %d, attempts burnt %d%n",
        path,
        ledger.orders(),
        ledger.lost(),
        ledger.doubled(),
        ledger.inDoubt(),
        Ledger.expiredAttempts(path, directory));
    assertThat(ledger.orders()).isEqualTo(2 * IMPORTED);
    assertThat(ledger.lost()).as("lost").isZero();
    assertThat(ledger.doubled()).as("doubled").isZero();
    assertThat(ledger.outOfOrder()).as("reserved before an earlier one").isZero();
    assertThat(ledger.inDoubt()).as("in doubt").isZero();
    assertThat(ledger.undelivered()).as("deliveries left").isZero();
    assertThat(Ledger.expiredAttempts(path, directory)).as("leases that ran out").isZero();
    Directories.removed(directory.resolve("data"));
  }

  /** Imports orders, and waits until some of them have been shipped and some have not. */
  private static void awaitMoving(OrdersClient orders) {
    long before = orders.summary().count("SHIPPED");
    orders.importAll(TIMEOUT);
    Summary moving =
        orders.awaitSummary(
            "more orders are shipped", TIMEOUT, summary -> summary.count("SHIPPED") >= before + 40);
    assertThat(moving.settled()).as("some are still on their way").isLessThan(moving.total());
  }

  private static ServerSetup setup(CommitPath path, Path directory) {
    return new ServerSetup(
        "redeploy",
        directory,
        path.preBoot(directory),
        path.postBoot(directory)
            .addAll(Administration.deployment(directory))
            .add("deploy", "--name orders --contextroot /", Artifacts.ordersWar().toString()));
  }
}
