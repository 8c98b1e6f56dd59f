package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.StoreOptions.SchemaMode;
import dev.waybill.core.store.StoreOptions.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening a store: what fails says what, where and how to put it right. */
class OpeningTest {

  private final SettableClock clock = new SettableClock();
  private final String url = TestStore.memoryUrl();
  private final Source source = new Source.Url(url, "sa", "", true);

  @TempDir Path folder;

  @Test
  @Tag("UNAVAILABLE")
  void anUnreachableDatabaseIsUnavailableAndThePasswordIsNotTold() {
    Source nowhere =
        new Source.Url("jdbc:h2:tcp://127.0.0.1:1/x;PASSWORD=secret", "sa", "hidden", true);

    assertFails(() -> QueueStores.open(options(nowhere, clock)), Kind.UNAVAILABLE)
        .hasMessageContaining("url=jdbc:h2:tcp://127.0.0.1:1/x;PASSWORD=***")
        .hasMessageContaining("Check the properties url, user and password")
        .hasMessageNotContaining("secret")
        .hasMessageNotContaining("hidden");
  }

  @Test
  @Tag("UNAVAILABLE")
  void aWrongPasswordIsUnavailable() {
    String file = "jdbc:h2:file:" + folder.resolve("queue");
    QueueStores.open(options(new Source.Url(file, "sa", "right", true), clock)).close();

    assertFails(
            () -> QueueStores.open(options(new Source.Url(file, "sa", "wrong", true), clock)),
            Kind.UNAVAILABLE)
        .hasMessageContaining("user \"sa\"")
        .hasMessageContaining("Wrong user name or password");
  }

  @Test
  void anUnknownDatabaseIsRefusedAndTheKnownOnesAreNamed() {
    assertFails(
            () ->
                QueueStores.open(
                    options(new Source.Url("jdbc:oracle:thin:@x", "a", "b", true), clock)),
            Kind.INVALID)
        .hasMessageContaining("jdbc:oracle")
        .hasMessageContaining("Supported: H2, PostgreSQL, MariaDB");
  }

  @Test
  void aDriverThatNobodyBroughtIsNamedWithItsJar() {
    assertFails(
            () ->
                QueueStores.open(
                    options(
                        new Source.Url("jdbc:mariadb://db/queue?password=secret", "a", "b", true),
                        clock)),
            Kind.INVALID)
        .hasMessageContaining("org.mariadb.jdbc.Driver")
        .hasMessageContaining("org.mariadb.jdbc:mariadb-java-client")
        .hasMessageContaining("--addlibs")
        .hasMessageNotContaining("secret");
  }

  @Test
  @Tag("C4")
  void aDataSourceThatIsolatesAboveReadCommittedIsRefused() {
    DataSource isolating =
        new FaultyDataSource(
            url
                + ";INIT=SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    assertFails(
            () ->
                QueueStores.open(options(new Source.Pooled(isolating, "jdbc/queue", true), clock)),
            Kind.INVALID)
        .hasMessageContaining("jdbc/queue")
        .hasMessageContaining("above READ COMMITTED")
        .hasMessageContaining("read-committed");
  }

  @Test
  void validateNamesWhatIsMissing() {
    assertFails(() -> open(SchemaMode.VALIDATE), Kind.INVALID)
        .hasMessageContaining("V1__queue.sql")
        .hasMessageContaining("schema=migrate");

    open(SchemaMode.MIGRATE).close();
    open(SchemaMode.VALIDATE).close();
    open(SchemaMode.OFF).close();
  }

  @Test
  void thePrintedSchemaIsTheOneThatIsApplied() {
    assertThat(QueueStores.schemaSql("H2"))
        .contains("-- V1__queue.sql")
        .contains("create table if not exists wb_delivery");
  }

  @Test
  void aSchemaMadeByAnotherScriptIsRefused() {
    open(SchemaMode.MIGRATE).close();
    new Jdbc(url).execute("update wb_schema set checksum = repeat('0', 64)");

    for (SchemaMode mode : List.of(SchemaMode.MIGRATE, SchemaMode.VALIDATE)) {
      assertFails(() -> open(mode), Kind.INVALID)
          .hasMessageContaining("V1__queue.sql")
          .hasMessageContaining("000000000000");
    }
  }

  @Test
  void aNewerSchemaIsRefused() {
    open(SchemaMode.MIGRATE).close();
    new Jdbc(url).execute("insert into wb_schema values (99, 'V99__later.sql', 'x', 0)");

    for (SchemaMode mode : List.of(SchemaMode.MIGRATE, SchemaMode.VALIDATE)) {
      assertFails(() -> open(mode), Kind.INVALID)
          .hasMessageContaining("version 99")
          .hasMessageContaining("V99__later.sql");
    }
  }

  @Test
  void severalNodesMigrateAtTheSameTime() throws Exception {
    List<CompletableFuture<QueueStore>> opening = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      opening.add(CompletableFuture.supplyAsync(() -> open(SchemaMode.MIGRATE)));
    }
    for (CompletableFuture<QueueStore> one : opening) {
      one.get(60, TimeUnit.SECONDS).close();
    }
    assertThat(new Jdbc(url).number("select count(*) from wb_schema")).isEqualTo(1);
  }

  @Test
  @Tag("UNAVAILABLE")
  void whatStillRunsWhenTheStoreIsClosedIsToldSo() {
    QueueStore closed = open(SchemaMode.MIGRATE);
    closed.queues().require(ORDERS);
    closed.close();

    assertFails(
            () -> closed.branches().commitLocal(List.of(TestStore.send(ORDERS, "a", clock.now()))),
            Kind.UNAVAILABLE)
        .hasMessageContaining("stopped, or stopping");
  }

  @Test
  void aDatabaseThatIsTooOldIsRefusedAndWhatIsAcceptedIsNamed() {
    DataSource old = new FaultyDataSource(url).ofVersion(2, 1);

    assertFails(
            () -> QueueStores.open(options(new Source.Pooled(old, "jdbc/queue", true), clock)),
            Kind.INVALID)
        .hasMessageContaining("jdbc/queue")
        .hasMessageContaining("which is too old. Accepted: H2 2.2 or later.");
  }

  @Test
  void everyEntityFitsItsTable() {
    try (QueueStore store = open(SchemaMode.MIGRATE)) {
      store.queues().require(ORDERS);
      store.branches().commitLocal(List.of(TestStore.send(ORDERS, "a", clock.now())));
      var unit =
          dev.waybill.core.store.sql.PersistenceUnit.open(
              new FaultyDataSource(url), QueueStores.MANAGED);
      try (var entities = unit.createEntityManager()) {
        for (Class<?> entity : QueueStores.ENTITIES) {
          entities
              .createQuery("select e from " + entity.getSimpleName() + " e", entity)
              .getResultList();
        }
      } finally {
        unit.close();
      }
    }
  }

  @Test
  void withoutAutomaticCreationAnUnknownQueueIsInvalid() {
    StoreOptions strict = options(source, SchemaMode.MIGRATE, clock, false);
    try (QueueStore store = QueueStores.open(strict)) {
      assertFails(() -> store.queues().require(ORDERS), Kind.INVALID)
          .hasMessageContaining("app:orders")
          .hasMessageContaining("autoCreateQueues=true");
    }
  }

  @Test
  void severalThreadsCreateAQueueAtTheSameTime() throws Exception {
    try (QueueStore one = open(SchemaMode.MIGRATE);
        QueueStore two = open(SchemaMode.MIGRATE)) {
      List<CompletableFuture<?>> creating = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        QueueStore store = i % 2 == 0 ? one : two;
        creating.add(CompletableFuture.runAsync(() -> store.queues().require(ORDERS)));
      }
      for (CompletableFuture<?> creation : creating) {
        creation.get(30, TimeUnit.SECONDS);
      }
      assertThat(new Jdbc(url).number("select count(*) from wb_queue")).isEqualTo(1);
      assertThat(new Jdbc(url).number("select count(*) from wb_group")).isEqualTo(1);
    }
  }

  @Test
  void theDefaultClockIsTheDatabases() {
    StoreOptions options = options(source, null);
    try (QueueStore store = QueueStores.open(options)) {
      StoreClock databases = store.clock();
      Instant database =
          Instant.EPOCH.plus(
              Duration.ofMillis(
                  new Jdbc(url)
                      .number(
                          "select cast(extract(epoch from current_timestamp) * 1000 as"
                              + " bigint)")));
      assertThat(Duration.between(databases.now(), database).abs())
          .isLessThan(Duration.ofSeconds(5));
      store.beat();
      Instant before = databases.now();
      assertThat(databases.now()).isAfterOrEqualTo(before);
      assertThat(store.description()).startsWith("H2 ").contains(" at jdbc:h2:mem:");
    }
  }

  private QueueStore open(SchemaMode mode) {
    return QueueStores.open(options(source, mode, clock, true));
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertFails(
      ThrowingCallable work, Kind kind) {
    return assertThatThrownBy(work)
        .isInstanceOfSatisfying(QueueException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
