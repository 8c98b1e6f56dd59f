package dev.waybill.testkit.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.store.Horizon;
import dev.waybill.core.store.QueueStore;
import dev.waybill.core.store.QueueStores;
import dev.waybill.core.store.StoreOptions;
import dev.waybill.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who holds back the removal of dead rows in PostgreSQL is found and named. */
class HorizonTest {

  private static PostgresServer server;
  private static String url;

  @BeforeAll
  static void start() throws Exception {
    server =
        PostgresServer.builder()
            .setting("fsync", "off")
            .setting("max_prepared_transactions", "5")
            .setting("wal_level", "logical")
            .start();
    url = server.createDatabase("horizon");
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  private static QueueStore open() {
    return QueueStores.open(
        new StoreOptions(
            new StoreOptions.Source.Url(url, PostgresServer.USER, "", true),
            StoreOptions.SchemaMode.MIGRATE,
            "node-1",
            "incarnation",
            true,
            Duration.ofDays(1),
            Duration.ofMinutes(1),
            2,
            null,
            call -> {
              throw new IllegalStateException("there is no transaction to leave");
            }));
  }

  private static List<String> holders(QueueStore store) {
    return store.upkeep().horizon().stream().map(Horizon::holder).toList();
  }

  @Test
  void aSessionWithASnapshotIsNamed() throws Exception {
    try (QueueStore store = open();
        Connection report = DriverManager.getConnection(url + "&ApplicationName=nightly-report");
        Statement statement = report.createStatement()) {
      report.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      report.setAutoCommit(false);
      statement.execute("select 1 from pg_class limit 1");
      assertThat(holders(store))
          .singleElement()
          .asString()
          .matches(
              "the session of process \\d+ \\(user postgres, application \"nightly-report\","
                  + " idle in transaction\\)");
      report.rollback();
      assertThat(holders(store)).isEmpty();
    }
  }

  @Test
  void aPreparedTransactionIsNamedWithItsOwner() throws Exception {
    try (QueueStore store = open()) {
      try (Connection other = DriverManager.getConnection(url);
          Statement statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute("create table if not exists t (id int)");
        statement.execute("prepare transaction 'forgotten-1'");
      }
      assertThat(holders(store))
          .containsExactly("the prepared transaction \"forgotten-1\" (owner postgres)");
      Shop.execute(url, "rollback prepared 'forgotten-1'");
      assertThat(holders(store)).isEmpty();
    }
  }

  @Test
  void aReplicationSlotThatNobodyUsesIsNamed() throws Exception {
    try (QueueStore store = open()) {
      Shop.execute(url, "select pg_create_logical_replication_slot('left_over', 'test_decoding')");
      assertThat(holders(store)).containsExactly("the replication slot left_over (not in use)");
      Shop.execute(url, "select pg_drop_replication_slot('left_over')");
      assertThat(holders(store)).isEmpty();
    }
  }
}
