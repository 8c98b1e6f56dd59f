package dev.waybill.itests.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.itests.embedded.app.LetterBean;
import dev.waybill.itests.embedded.app.Letterbox;
import dev.waybill.itests.embedded.app.Letters;
import dev.waybill.itests.server.Administration;
import dev.waybill.itests.server.Artifacts;
import dev.waybill.itests.server.BootCommands;
import dev.waybill.itests.server.Directories;
import dev.waybill.itests.server.PayaraMicro;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The adapter deployed with no configuration at all: an embedded database in the server's root
 * folder, which keeps what was sent through a kill, and is given back by a stop.
 */
class EmbeddedDefaultIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @Tag("S1")
  @Tag("C15")
  @Test
  void whatWasSentSurvivesAKillInTheDocumentedPlace() throws Exception {
    Path directory = Directories.emptied(Artifacts.directory("embedded-default"));
    Path database = directory.resolve("payara").resolve("waybill").resolve("waybill.mv.db");
    BootCommands first =
        new BootCommands()
            .add("deploy", "--name waybill", Artifacts.waybillRar().toString())
            .addAll(deployment(directory, "box", Letterbox.class));
    // the root folder remembers what was deployed
    BootCommands second = deployment(directory, "reader", LetterBean.class, Letters.class);
    try (PayaraMicro server = start(directory, first)) {
      send(server, "a", "commit");
      send(server, "never", "rollback");
      send(server, "b", "commit");
      server.kill();
    }
    assertThat(database).isRegularFile();
    assertThat(directory.resolve("waybill-data")).doesNotExist();
    try (PayaraMicro server = start(directory, second)) {
      awaitReceived(server, "a #1", "b #1");
      send(server, "c", "commit");
      awaitReceived(server, "a #1", "b #1", "c #1");
      server.stop();
    }
    assertOpensAndOwesNothing(database);
  }

  /** The driver refuses a database whose lock is held, so opening it shows that it is free. */
  private static void assertOpensAndOwesNothing(Path database) throws SQLException {
    String name = database.toString().replace(".mv.db", "");
    try (Connection connection =
            DriverManager.getConnection("jdbc:h2:file:" + name + ";IFEXISTS=TRUE", "waybill", "");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select (select count(*) from wb_delivery),"
                    + " (select count(*) from wb_attempt where outcome = 'COMPLETED')")) {
      rows.next();
      assertThat(rows.getLong(1)).as("deliveries left").isZero();
      assertThat(rows.getLong(2)).as("messages completed").isEqualTo(3);
    }
  }

  private static void awaitReceived(PayaraMicro server, String... letters) {
    await("letters arrive")
        .atMost(TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(call(server, "GET", "/reader/received").lines())
                    .containsExactlyInAnyOrder(letters));
  }

  private static void send(PayaraMicro server, String text, String end) throws Exception {
    assertThat(call(server, "POST", "/box/send?text=" + text + "&end=" + end)).isEqualTo("done");
  }

  private static String call(PayaraMicro server, String method, String path)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(server.uri(path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as("%s %s: %s", method, path, answer.body()).isEqualTo(200);
    return answer.body();
  }

  /**
   * A root folder below the temporary directory counts as one that does not last, so the server is
   * given a temporary directory of its own, wherever this build is.
   */
  private static PayaraMicro start(Path directory, BootCommands deployments) throws IOException {
    Path temporary = Files.createDirectories(directory.resolve("tmp"));
    int port = PayaraMicro.freePort();
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("-Xmx768m", "-XX:TieredStopAtLevel=1"));
    arguments.add("-Djava.io.tmpdir=" + temporary);
    arguments.addAll(List.of("-jar", Artifacts.payaraMicro().toString()));
    arguments.addAll(List.of("--nocluster", "--disablephonehome"));
    arguments.addAll(List.of("--port", Integer.toString(port)));
    arguments.addAll(List.of("--rootDir", directory.resolve("payara").toString()));
    arguments.add("--prebootcommandfile");
    arguments.add(BootCommands.onLoopback().write(directory.resolve("pre-boot.txt")).toString());
    arguments.add("--postbootcommandfile");
    arguments.add(deployments.write(directory.resolve("post-boot.txt")).toString());
    return PayaraMicro.launch("embedded", directory, port, arguments, "ready in");
  }

  private static BootCommands deployment(Path directory, String name, Class<?>... classes) {
    WebArchive war = ShrinkWrap.create(WebArchive.class, name + ".war").addClasses(classes);
    return new BootCommands()
        .add(
            "deploy",
            "--name " + name + " --contextroot /" + name,
            Administration.export(war, directory).toString());
  }
}
