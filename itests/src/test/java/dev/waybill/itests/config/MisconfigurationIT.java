package dev.waybill.itests.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.itests.config.app.Alive;
import dev.waybill.itests.config.app.BareNumberBean;
import dev.waybill.itests.config.app.DescribedBean;
import dev.waybill.itests.config.app.NoNamespaceBean;
import dev.waybill.itests.config.app.ThreeMistakesBean;
import dev.waybill.itests.config.app.UnknownPropertyBean;
import dev.waybill.itests.config.app.UntransactedPool;
import dev.waybill.itests.orders.CommitPath;
import dev.waybill.itests.server.Administration;
import dev.waybill.itests.server.Artifacts;
import dev.waybill.itests.server.Directories;
import dev.waybill.itests.server.PayaraMicro;
import dev.waybill.itests.server.ServerSetup;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Wrong configuration on a running server: one line says what is wrong, where, what would be
 * accepted and what to do; the server and its other applications go on.
 */
@Tag("M18")
class MisconfigurationIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String DESCRIPTOR =
      """
      <ejb-jar xmlns="https://jakarta.ee/xml/ns/jakartaee" version="4.0">
        <enterprise-beans>
          <message-driven>
            <ejb-name>DescribedBean</ejb-name>
            <activation-config>
              <activation-config-property>
                <activation-config-property-name>prefech</activation-config-property-name>
                <activation-config-property-value>4</activation-config-property-value>
              </activation-config-property>
            </activation-config>
          </message-driven>
        </enterprise-beans>
      </ejb-jar>
      """;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static Path directory;
  private static PayaraMicro server;
  private static Administration administration;

  @BeforeAll
  static void start() {
    directory = Directories.emptied(Artifacts.directory("misconfiguration"));
    Path alive = Administration.export(war("alive", Alive.class), directory);
    server =
        PayaraMicro.start(
            new ServerSetup(
                "misconfiguration",
                directory,
                CommitPath.XA.preBoot(directory),
                CommitPath.XA
                    .postBoot(directory)
                    .addAll(Administration.deployment(directory))
                    .add("deploy", "--name alive --contextroot /alive", alive.toString())));
    administration = new Administration(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void theServerKeepsRunning() throws Exception {
    HttpResponse<String> answer =
        HTTP.send(HttpRequest.newBuilder(server.uri("/alive/")).build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("alive");
  }

  @Test
  void anUnknownActivationProperty() {
    deployRefused("unknown-property", UnknownPropertyBean.class);
    assertOneLine(
        "UnknownPropertyBean", "maxConcurency=\"4\"", "fix: write maxConcurrency instead");
  }

  /** The adapter cannot see it; Payara names it in a warning and goes on without it. */
  @Test
  void anUnknownPropertyOfADescriptor() {
    WebArchive war =
        war("described", DescribedBean.class)
            .addAsWebInfResource(new StringAsset(DESCRIPTOR), "ejb-jar.xml");
    Path file = Administration.export(war, directory);
    administration.deploy("described", "/described", file);
    server.log().awaitLineWith(TIMEOUT, "RAR7097", "No setter method present", "prefech");
    server.log().awaitLineWith(TIMEOUT, "WB-0031", "DescribedBean", "prefetch=50");
    administration.undeploy("described");
  }

  @Test
  void aDurationWithoutAUnit() {
    deployRefused("bare-number", BareNumberBean.class);
    assertOneLine("BareNumberBean", "leaseDuration", "\"30\"", "30s", "fix: ");
  }

  @Test
  void aQueueNameWithoutItsNamespace() {
    deployRefused("no-namespace", NoNamespaceBean.class);
    assertOneLine("NoNamespaceBean", "queue", "\"orders\"", "namespace:name", "fix: ");
  }

  @Test
  void allMistakesAtOnce() {
    deployRefused("three-mistakes", ThreeMistakesBean.class);
    assertOneLine(
        "ThreeMistakesBean", "3 problems", "queue=", "maxAttempts=\"0\"", "slowWarning=\"soon\"");
  }

  @Test
  @Tag("S1")
  void aPoolWithoutTransactions() throws Exception {
    Path war = Administration.export(war("untransacted-pool", UntransactedPool.class), directory);
    administration.deploy("untransacted-pool", "/untransacted", war);
    HttpResponse<String> inside = post("/untransacted/send?transaction=true");
    assertThat(inside.statusCode()).isEqualTo(409);
    assertThat(inside.body())
        .startsWith("INVALID ")
        .contains("NoTransaction", "Nothing was sent", "transactionSupport = XATransaction")
        .doesNotContain("\n");
    assertThat(post("/untransacted/send").body()).as("outside a transaction").isEqualTo("sent");
    administration.undeploy("untransacted-pool");
  }

  @Test
  void aDatabaseThatCannotBeReached() {
    String url = "jdbc:h2:tcp://127.0.0.1:1/none";
    administration.succeed(
        "create-resource-adapter-config",
        "--property",
        "url=" + url.replace(":", "\\:"),
        "unreachable");
    administration.run("deploy", "--name", "unreachable", Artifacts.waybillRar().toString());
    String line = server.log().awaitLineWith(TIMEOUT, "WB-0004", url);
    assertThat(line).contains("The server keeps running");
    administration.undeploy("unreachable");
    assertThat(server.log().linesWith("WB-", "url=\"" + url, "fix:"))
        .as("lines that name the property, the value and the fix")
        .containsExactly(line);
  }

  private static void deployRefused(String name, Class<?> bean) {
    Path war = Administration.export(war(name, bean), directory);
    Administration.Answer answer =
        administration.run("deploy", "--name", name, "--contextroot", "/" + name, war.toString());
    assertThat(answer.succeeded()).as("deployment of %s: %s", name, answer.text()).isFalse();
  }

  /** Exactly one line of the log is about it and has everything a person needs. */
  private static void assertOneLine(String bean, String... words) {
    server.log().awaitLineWith(TIMEOUT, "WB-", bean);
    List<String> lines = server.log().linesWith("WB-", bean);
    assertThat(lines).as("the lines about %s", bean).hasSize(1);
    assertThat(lines.get(0)).contains(words);
  }

  private static HttpResponse<String> post(String path) throws IOException, InterruptedException {
    URI uri = server.uri(path);
    return HTTP.send(
        HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody()).build(),
        BodyHandlers.ofString());
  }

  private static WebArchive war(String name, Class<?> type) {
    return ShrinkWrap.create(WebArchive.class, name + ".war").addClass(type);
  }
}
