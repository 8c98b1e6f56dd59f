package dev.waybill.itests.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.itests.orders.OrdersClient;
import dev.waybill.itests.server.Artifacts;
import dev.waybill.itests.server.Directories;
import dev.waybill.itests.server.PayaraMicro;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The demo as {@code mvn -Pdemo package} runs it, with its own launcher and boot commands, on a
 * free port and in a directory of its own: what was ordered is still there after it was stopped or
 * killed while orders were moving, and all of it ends.
 */
class DemoIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration SETTLED_TIMEOUT = Duration.ofSeconds(180);

  @Test
  void anOrderOnTheJoinedPathSurvivesAStop() throws IOException {
    survives("joined", PayaraMicro::stop);
  }

  @Test
  void anOrderOnTheJoinedPathSurvivesAKill() throws IOException {
    survives("joined", PayaraMicro::kill);
  }

  @Test
  void anOrderOnTheXaPathSurvivesAKill() throws IOException {
    survives("xa", PayaraMicro::kill);
  }

  private interface End {
    void of(PayaraMicro server);
  }

  private static void survives(String path, End end) throws IOException {
    Path checkout = checkout(path);
    long id;
    try (PayaraMicro server = run(checkout, path)) {
      OrdersClient orders = new OrdersClient(server.uri("/"));
      id = orders.place("A-100", 2);
      awaitShipped(orders, id);
      assertThat(server.log().linesWith("Activation of ReservationBean", path + " path"))
          .hasSize(1);
      orders.startImport();
      orders.awaitSummary("orders are moving", TIMEOUT, moving -> moving.count("SHIPPED") > 50);
      end.of(server);
    }
    Directories.emptied(checkout.resolve("data/payara"));
    try (PayaraMicro server = run(checkout, path)) {
      OrdersClient orders = new OrdersClient(server.uri("/"));
      assertThat(orders.status(id)).isEqualTo("SHIPPED");
      orders.awaitFinished(SETTLED_TIMEOUT);
      awaitShipped(orders, orders.place("A-101", 1));
      server.stop();
      assertThat(orders(checkout, path)).isRegularFile();
    }
  }

  private static void awaitShipped(OrdersClient orders, long id) {
    await("order " + id + " is shipped")
        .atMost(TIMEOUT)
        .until(() -> orders.status(id), "SHIPPED"::equals);
  }

  private static Path orders(Path checkout, String path) {
    return checkout.resolve("data").resolve(path).resolve("orders.mv.db");
  }

  /** A directory that looks to the demo like the root of a checkout that was built. */
  private static Path checkout(String path) throws IOException {
    Path checkout = Directories.emptied(Artifacts.directory("demo-" + path));
    Path built = Files.createDirectories(checkout.resolve("ear/target/demo"));
    Files.createDirectories(checkout.resolve("ear/src"));
    Files.createSymbolicLink(
        checkout.resolve("ear/src/demo"), Artifacts.sources().resolve("ear/src/demo"));
    Files.createSymbolicLink(built.resolve("payara-micro.jar"), Artifacts.payaraMicro());
    Files.createSymbolicLink(built.resolve("waybill.rar"), Artifacts.waybillRar());
    Files.createSymbolicLink(built.resolve("orders.war"), Artifacts.ordersWar());
    Files.createSymbolicLink(built.resolve("waybill-testkit.jar"), Artifacts.testkit());
    Files.createDirectories(checkout.resolve("data").resolve(path));
    return checkout;
  }

  /** The command line of the profile {@code demo} in {@code ear/pom.xml}. */
  private static PayaraMicro run(Path checkout, String path) {
    int port = PayaraMicro.freePort();
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("@ear/src/demo/java.options", "-Ddemo.port=" + port));
    arguments.addAll(List.of("-cp", "ear/target/demo/payara-micro.jar"));
    arguments.addAll(List.of("ear/src/demo/Demo.java", "--nocluster", "--disablephonehome"));
    arguments.addAll(List.of("--addlibs", "ear/target/demo/waybill-testkit.jar"));
    arguments.addAll(List.of("--port", Integer.toString(port), "--rootdir", "data/payara"));
    arguments.addAll(List.of("--logproperties", "ear/src/demo/logging.properties"));
    arguments.addAll(List.of("--prebootcommandfile", "ear/src/demo/" + path + "/pre-boot.asadmin"));
    arguments.addAll(
        List.of("--postbootcommandfile", "ear/src/demo/" + path + "/post-boot.asadmin"));
    return PayaraMicro.launch("demo", checkout, port, arguments, "The order desk is open");
  }
}
