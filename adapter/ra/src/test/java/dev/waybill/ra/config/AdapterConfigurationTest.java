package dev.waybill.ra.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.core.model.Limits;
import dev.waybill.core.store.StoreOptions.SchemaMode;
import dev.waybill.ra.config.AdapterConfiguration.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AdapterConfigurationTest {

  private static final Surroundings HERE = new Surroundings(Path.of("/srv/waybill"), "host/one");

  private static AdapterConfiguration parse(String... texts) throws InvalidConfigurationException {
    return AdapterConfiguration.parse(map(texts), HERE);
  }

  private static Map<String, String> map(String... texts) {
    Map<String, String> map = new java.util.HashMap<>();
    for (int i = 0; i < texts.length; i += 2) {
      map.put(texts[i], texts[i + 1]);
    }
    return map;
  }

  @Test
  void nothingConfiguredIsTheEmbeddedDatabaseBesideTheServersData() throws Exception {
    AdapterConfiguration configuration = parse();
    assertThat(configuration.database()).isEqualTo(new Database.Embedded(Path.of("/srv/waybill")));
    assertThat(configuration.nodeName()).isEqualTo("host/one");
    assertThat(configuration.syncOnCommit()).isTrue();
    assertThat(configuration.schemaMode()).isEqualTo(SchemaMode.MIGRATE);
    assertThat(configuration.autoCreateQueues()).isTrue();
    assertThat(configuration.limits()).isEqualTo(Limits.DEFAULT);
    assertThat(configuration.limits().deduplicationWindow()).isEqualTo(Duration.ofHours(1));
    assertThat(configuration.priorityAgeing()).isEqualTo(Duration.ofMinutes(1));
    assertThat(configuration.drainTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(configuration.releaseHold()).isEqualTo(Duration.ofSeconds(5));
    assertThat(configuration.deadRetention()).isEqualTo(Duration.ofDays(14));
  }

  @Test
  void emptyTextsCountAsAbsent() throws Exception {
    assertThat(parse("url", "", "user", " ").database()).isInstanceOf(Database.Embedded.class);
  }

  @Test
  void aUrlIsNamedWithoutItsCredentials() throws Exception {
    Database database =
        parse(
                "url",
                "jdbc:postgresql://bob:s3cret@db/q?password=s3cret&ssl=true",
                "password",
                "s3cret")
            .database();
    assertThat(database.named())
        .isEqualTo("url=\"jdbc:postgresql://***@db/q?password=***&ssl=true\"");
    assertThat(database.toString()).doesNotContain("s3cret");
  }

  @Test
  void aDataSourceHasItsNamesAndPath() throws Exception {
    assertThat(
            parse("dataSource", "jdbc/a", "nonJtaDataSource", "jdbc/b", "commitPath", "JOINED")
                .database())
        .isEqualTo(new Database.Named("jdbc/a", Optional.of("jdbc/b"), CommitPath.JOINED));
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of(map("url", "jdbc:h2:mem:a", "dataSource", "jdbc/a"), "is set beside url"),
        Arguments.of(map("url", "h2:mem:a"), "is not a JDBC URL"),
        Arguments.of(map("user", "bob"), "user=\"bob\" has no effect without url"),
        Arguments.of(map("password", "s3cret"), "password has no effect without url"),
        Arguments.of(map("nonJtaDataSource", "jdbc/b"), "has no effect without dataSource"),
        Arguments.of(map("commitPath", "joined"), "has no effect without dataSource"),
        Arguments.of(map("commitPath", "both"), "accepted: auto, joined, xa"),
        Arguments.of(
            map("dataSource", "a", "nonJtaDataSource", "b", "commitPath", "xa"),
            "is only for the joined path"),
        Arguments.of(
            map("embeddedDirectory", "${data.dir}/queue"), "a placeholder that the server did not"),
        Arguments.of(
            map("embeddedDirectory", "/x", "url", "jdbc:h2:mem:a"), "has no effect beside url"),
        Arguments.of(map("schemaMode", "create"), "accepted: migrate, validate, off"),
        Arguments.of(map("maxMessageBytes", "0"), "accepted: 1 to 67108864 bytes"),
        Arguments.of(map("maxDelay", "12"), "a number without a unit"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatCannotBeIsNamedWithItsFix(Map<String, String> texts, String what) {
    assertThatThrownBy(() -> AdapterConfiguration.parse(texts, HERE))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageStartingWith("Resource adapter: ")
        .hasMessageContaining(what)
        .hasMessageContaining("fix: ")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    assertThatThrownBy(() -> parse("user", "u", "password", "p", "poolSize", "1", "maxDelay", "x"))
        .hasMessageContaining("4 problems: ");
  }

  @Test
  void theServersDirectoryIsUsedUnlessItIsTemporary() {
    Properties system = new Properties();
    system.setProperty("java.io.tmpdir", "/tmp");
    system.setProperty("user.dir", "/home/me/app");
    assertThat(Surroundings.of(system).embeddedDirectory())
        .isEqualTo(Path.of("/home/me/app/waybill-data"));
    system.setProperty("com.sun.aas.instanceRoot", "/srv/payara");
    assertThat(Surroundings.of(system).embeddedDirectory())
        .isEqualTo(Path.of("/srv/payara/waybill"));
    system.setProperty("com.sun.aas.instanceRoot", "/tmp/payaramicro-rt123tmp");
    assertThat(Surroundings.of(system).embeddedDirectory())
        .isEqualTo(Path.of("/home/me/app/waybill-data"));
  }

  @Test
  void theNodeIsNamedAfterHostAndInstance() {
    Properties system = new Properties();
    system.setProperty("java.io.tmpdir", "/tmp");
    system.setProperty("user.dir", "/x");
    String host = Surroundings.of(system).nodeName();
    system.setProperty("com.sun.aas.instanceName", "east");
    assertThat(Surroundings.of(system).nodeName()).isEqualTo(host + "/east");
  }
}
