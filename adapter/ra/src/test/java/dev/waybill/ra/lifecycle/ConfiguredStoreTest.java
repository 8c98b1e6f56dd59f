package dev.waybill.ra.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.core.store.QueueStore;
import dev.waybill.core.store.StoreOptions;
import dev.waybill.core.store.StoreOptions.Source;
import dev.waybill.ra.config.AdapterConfiguration;
import dev.waybill.ra.config.Surroundings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfiguredStoreTest {

  @TempDir private Path directory;

  private final Map<String, Object> bound = new HashMap<>();
  private final FakeUserTransaction transaction = new FakeUserTransaction();
  private final DataSource jta = FakeDataSource.with(() -> !transaction.isActive());
  private final DataSource notJta = FakeDataSource.with(() -> true);
  private Function<StoreOptions, QueueStore> factory;
  private StoreOptions opened;

  @BeforeEach
  void openAnything() {
    factory =
        options -> {
          opened = options;
          return new EmptyStore();
        };
    bound.put("java:comp/UserTransaction", transaction);
    bound.put("jdbc/jta", jta);
    bound.put("jdbc/plain", notJta);
    bound.put("mail/session", "a session");
  }

  private OpenStore open(String... texts) throws Exception {
    return open(true, texts);
  }

  private OpenStore open(boolean autoCommitTells, String... texts) throws Exception {
    Map<String, String> configured = new HashMap<>();
    for (int i = 0; i < texts.length; i += 2) {
      configured.put(texts[i], texts[i + 1]);
    }
    ServerNames names =
        name -> {
          if (name.startsWith("java:app/")) {
            throw new NamingException("Got null ComponentInvocation");
          }
          return Optional.ofNullable(bound.get(name));
        };
    Function<Callable<Object>, Object> detached =
        call -> {
          throw new UnsupportedOperationException();
        };
    AdapterConfiguration configuration =
        AdapterConfiguration.parse(configured, new Surroundings(directory.resolve("a/b"), "node"));
    return new ConfiguredStore(
            configuration,
            "incarnation",
            new DataSources(names),
            new EnlistmentProbe(ContainerTransaction.find(names), autoCommitTells),
            detached,
            options -> factory.apply(options))
        .open();
  }

  @Test
  void withNothingConfiguredAnH2FileIsOpenedInItsDirectory() throws Exception {
    OpenStore open = open();
    assertThat(open.joined()).isFalse();
    assertThat(directory.resolve("a/b")).isDirectory();
    assertThat(opened.source())
        .isEqualTo(
            new Source.Url(
                "jdbc:h2:file:" + directory.resolve("a/b/waybill") + ";DB_CLOSE_ON_EXIT=FALSE",
                "waybill",
                "",
                true));
    assertThat(opened.nodeId()).isEqualTo("node");
    assertThat(opened.incarnation()).isEqualTo("incarnation");
  }

  @Test
  void aDirectoryThatCannotBeMadeIsNamed() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertThatThrownBy(() -> open("embeddedDirectory", file.resolve("below").toString()))
        .isInstanceOf(StoreNotOpenException.class)
        .hasMessageStartingWith("embeddedDirectory=\"" + file + "/below\" cannot be created")
        .hasMessageContaining("fix: ");
  }

  @Test
  void aUrlIsOpenedWithItsUserAndPassword() throws Exception {
    open("url", "jdbc:h2:mem:q", "user", "u", "password", "p", "syncOnCommit", "false");
    assertThat(opened.source()).isEqualTo(new Source.Url("jdbc:h2:mem:q", "u", "p", false));
  }

  @Test
  void aDatabaseOutOfReachIsOneLineWithPropertyValueAndFixAndNoPassword() {
    factory =
        options -> {
          throw new IllegalStateException(
              "pool", new java.net.ConnectException("Connection refused\n  (?password=s3cret)"));
        };
    assertThatThrownBy(
            () -> open("url", "jdbc:postgresql://db/q?password=s3cret", "password", "s3cret"))
        .isInstanceOf(StoreNotOpenException.class)
        .hasMessage(
            "url=\"jdbc:postgresql://db/q?password=***\" cannot be opened (Connection refused"
                + " (?password=***); fix: check that the database runs and that url, user and"
                + " password are right.");
  }

  @Test
  void aSchemaThatDoesNotFitSaysItselfWhatToDo() {
    factory =
        options -> {
          throw new QueueException(QueueException.Kind.INVALID, "Version 3 is missing. Migrate.");
        };
    assertThatThrownBy(() -> open("schemaMode", "validate"))
        .isInstanceOf(StoreNotOpenException.class)
        .hasMessage("Version 3 is missing. Migrate.");
  }

  @Test
  @Tag("C14")
  void aJtaDataSourceIsJoined() throws Exception {
    OpenStore open = open("dataSource", "jdbc/jta");
    assertThat(open.joined()).isTrue();
    assertThat(open.path()).contains("joined path", "jdbc/jta", "takes part in JTA transactions");
    assertThat(opened.source())
        .isEqualTo(new Source.Joined(jta, "jdbc/jta", Optional.empty(), true));
    assertThat(transaction.isActive()).isFalse();
    assertThat(transaction.begun()).isEqualTo(1);
  }

  @Test
  void aDataSourceOutsideJtaIsTheQueuesOwn() throws Exception {
    OpenStore open = open("dataSource", "jdbc/plain");
    assertThat(open.joined()).isFalse();
    assertThat(open.path()).contains("xa path", "takes no part in JTA transactions");
    assertThat(opened.source()).isEqualTo(new Source.Pooled(notJta, "jdbc/plain", true));
  }

  @Test
  @Tag("C15")
  void syncOnCommitReachesEveryDataSource() throws Exception {
    open("dataSource", "jdbc/plain", "syncOnCommit", "false");
    assertThat(opened.source()).isEqualTo(new Source.Pooled(notJta, "jdbc/plain", false));
    open("dataSource", "jdbc/plain", "commitPath", "xa", "syncOnCommit", "false");
    assertThat(opened.source()).isEqualTo(new Source.Pooled(notJta, "jdbc/plain", false));
  }

  @Test
  void aConfiguredPathIsTakenWithoutLooking() throws Exception {
    assertThat(open("dataSource", "jdbc/plain", "commitPath", "joined").joined()).isTrue();
    assertThat(open("dataSource", "jdbc/jta", "commitPath", "xa").joined()).isFalse();
    assertThat(transaction.begun()).isZero();
  }

  @Test
  void onTheJoinedPathOurOwnCommitsCanHaveTheirOwnDataSource() throws Exception {
    open("dataSource", "jdbc/jta", "nonJtaDataSource", "jdbc/plain");
    assertThat(opened.source())
        .isEqualTo(new Source.Joined(jta, "jdbc/jta", Optional.of(notJta), true));
  }

  @Test
  @Tag("C14")
  void whereTheConnectionDoesNotTellThePathIsAskedFor() {
    assertThatThrownBy(() -> open(false, "dataSource", "jdbc/plain"))
        .hasMessageContaining("commitPath=\"auto\" cannot find out")
        .hasMessageContaining("accepted: joined, xa; fix: write commitPath=joined");
  }

  @Test
  @Tag("C14")
  void aPoolThatIsNeverInAutoCommitModeDoesNotTellEither() {
    bound.put("jdbc/off", FakeDataSource.with(() -> false));
    assertThatThrownBy(() -> open("dataSource", "jdbc/off"))
        .hasMessageContaining("never in auto-commit mode");
  }

  @Test
  void whereNoTransactionCanBeBegunThePathIsAskedFor() {
    bound.remove("java:comp/UserTransaction");
    assertThatThrownBy(() -> open("dataSource", "jdbc/jta"))
        .hasMessageContaining("no transaction can be begun here");
  }

  @Test
  void aNameThatIsNotBoundIsWaitedFor() {
    assertThatThrownBy(() -> open("dataSource", "jdbc/later"))
        .isInstanceOfSatisfying(
            StoreNotOpenException.class,
            e -> assertThat(e.awaited()).contains("dataSource=\"jdbc/later\""));
  }

  @Test
  void aNameThatOnlyOneApplicationSeesIsAnErrorWithTheFix() {
    assertThatThrownBy(() -> open("dataSource", "java:app/jdbc/orders"))
        .isInstanceOfSatisfying(StoreNotOpenException.class, e -> assertThat(e.awaited()).isEmpty())
        .hasMessageContaining("java:global/");
  }

  @Test
  void somethingElseUnderTheNameIsAnError() {
    assertThatThrownBy(() -> open("dataSource", "mail/session"))
        .hasMessage(
            "dataSource=\"mail/session\" names a java.lang.String, not a DataSource; fix: give the"
                + " JNDI name of a DataSource.");
  }
}
