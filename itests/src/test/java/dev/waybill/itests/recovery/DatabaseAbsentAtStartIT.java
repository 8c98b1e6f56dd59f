package dev.waybill.itests.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.itests.embedded.app.LetterBean;
import dev.waybill.itests.embedded.app.Letters;
import dev.waybill.itests.recovery.app.TryingLetterbox;
import dev.waybill.itests.server.Administration;
import dev.waybill.itests.server.Artifacts;
import dev.waybill.itests.server.BootCommands;
import dev.waybill.itests.server.Directories;
import dev.waybill.itests.server.PayaraMicro;
import dev.waybill.itests.server.ServerLog;
import dev.waybill.itests.server.ServerSetup;
import dev.waybill.testkit.postgres.PostgresServer;
import dev.waybill.testkit.postgres.StopMode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The queue's PostgreSQL is not there when the server starts: the server starts all the same and
 * says so once, and what is deployed on it works as soon as the database is there.
 */
@Tag("C13")
class DatabaseAbsentAtStartIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(90);

  private static final String DESCRIPTOR =
      "<glassfish-ejb-jar><enterprise-beans><ejb><ejb-name>LetterBean</ejb-name>"
          + "<mdb-resource-adapter><resource-adapter-mid>waybill</resource-adapter-mid>"
          + "</mdb-resource-adapter></ejb></enterprise-beans></glassfish-ejb-jar>";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @Test
  void theServerStartsAndItsEndpointsComeUpWithTheDatabase() throws Exception {
    Path directory = Directories.emptied(Artifacts.directory("recovery-absent"));
    try (PostgresServer database = PostgresServer.builder().start()) {
      database.createDatabase("queue");
      database.stop(StopMode.FAST);
      try (PayaraMicro server = PayaraMicro.start(setup(directory, database.port()))) {
        String answer = send(server, "early");
        assertThat(answer).startsWith("UNAVAILABLE true ").contains("refused");
        assertThat(server.log().lines(ServerLog.WORRY))
            .singleElement()
            .asString()
            .contains("WB-0004", "127.0.0.1:" + database.port(), "The server keeps running");

        database.start();
        await("a letter is sent and received")
            .atMost(TIMEOUT)
            .until(() -> send(server, "late").equals("done"));
        await("the bean has it")
            .atMost(TIMEOUT)
            .untilAsserted(() -> assertThat(received(server)).isEqualTo("late #1"));
        assertThat(server.log().lines(ServerLog.WORRY)).hasSize(1);
        server.stop();
      }
    }
  }

  private static String send(PayaraMicro server, String text) throws Exception {
    return call(server, "POST", "/letters/send?text=" + text);
  }

  private static String received(PayaraMicro server) throws Exception {
    return call(server, "GET", "/letters/received");
  }

  private static String call(PayaraMicro server, String method, String path)
      throws IOException, InterruptedException {
    return HTTP.send(
            HttpRequest.newBuilder(server.uri(path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build(),
            BodyHandlers.ofString())
        .body();
  }

  private static ServerSetup setup(Path directory, int databasePort) {
    Map<String, String> adapter = new LinkedHashMap<>();
    adapter.put("nodeName", "absent");
    adapter.put("url", "jdbc:postgresql://127.0.0.1:" + databasePort + "/queue");
    adapter.put("user", PostgresServer.USER);
    WebArchive war =
        ShrinkWrap.create(WebArchive.class, "letters.war")
            .addClasses(TryingLetterbox.class, LetterBean.class, Letters.class)
            .addAsWebInfResource(new StringAsset(DESCRIPTOR), "glassfish-ejb-jar.xml");
    String service = "configs.config.server-config.transaction-service.";
    return new ServerSetup(
        "absent",
        directory,
        BootCommands.onLoopback()
            .add("set", service + "automatic-recovery=true")
            .add("set", service + "tx-log-dir=" + directory.resolve("tx-log"))
            .add("set", service + "property.xa-servername=absent")
            .add("set", service + "property.recover-txn-delay=15"),
        new BootCommands()
            .add(
                "create-resource-adapter-config",
                "--property " + BootCommands.properties(adapter),
                "waybill")
            .add("deploy", "--name waybill", Artifacts.waybillRar().toString())
            .add(
                "deploy",
                "--name letters --contextroot /letters",
                Administration.export(war, directory).toString()));
  }
}
