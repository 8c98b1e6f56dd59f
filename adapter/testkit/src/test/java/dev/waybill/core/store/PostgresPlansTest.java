package dev.waybill.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.testkit.postgres.SharedPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A session keeps the plans it made when the tables were empty and known to be so. A burst that
 * comes before the statistics are new must not be read from one end to the other by each statement.
 */
class PostgresPlansTest {

  private static final String APPLICATION = "plans";
  private static final int WARM_UP = 40;
  private static final int BURST = 10_000;

  private final String url = SharedPostgres.freshUrl() + "&ApplicationName=" + APPLICATION;
  private final Jdbc jdbc = new Jdbc(url.replace(APPLICATION, "reader"));
  private final SettableClock clock = new SettableClock();

  private void vacuum() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (String table :
          jdbc.texts(
              "select tablename from pg_tables where schemaname = current_schema()"
                  + " and tablename like 'wb\\_%'")) {
        statement.execute("alter table " + table + " set (autovacuum_enabled = off)");
        statement.execute("vacuum analyze " + table);
      }
    }
  }

  private void handle(QueueStore store, UUID term, int branch) {
    List<LeasedMessage> claimed = store.leases().claim(TestStore.first(term, 10, TestStore.ORDERS));
    List<Operation> done =
        claimed.stream().map(message -> (Operation) new Complete(message.lease())).toList();
    store.branches().commitLocal(done.subList(0, done.size() / 2));
    BranchId id = new BranchId(1, "0a", Integer.toHexString(0x100 + branch));
    store.branches().prepare(id, done.subList(done.size() / 2, done.size()));
    store.branches().commitPrepared(id);
    store.branches().release(id);
    store.leases().nextDue(List.of(TestStore.ORDERS), TestStore.GROUP);
  }

  private void send(QueueStore store, int count) {
    store
        .branches()
        .commitLocal(
            IntStream.range(0, count)
                .mapToObj(i -> TestStore.send(TestStore.ORDERS, "m", clock.now()))
                .toList());
  }

  @Test
  void plansOfEmptyTablesDoNotReadABurstFromEndToEnd() throws SQLException {
    try (QueueStore store =
        QueueStores.open(
            TestStore.options(new StoreOptions.Source.Url(url, "postgres", "", true), clock))) {
      UUID term = store.leases().openTerm("n1/bean", clock.now().plusSeconds(36_000));
      handle(store, term, 0);
      vacuum();
      for (int i = 1; i <= WARM_UP; i++) {
        send(store, 4);
        handle(store, term, i);
      }
      send(store, BURST);
      store.upkeep().refreshStatistics();
      for (int i = 1; i <= WARM_UP; i++) {
        handle(store, term, WARM_UP + i);
      }
    }
    await()
        .until(
            () ->
                jdbc.number(
                        "select count(*) from pg_stat_activity where application_name = '"
                            + APPLICATION
                            + "'")
                    == 0);
    assertThat(
            jdbc.texts(
                "select relname || ' ' || seq_scan || ' scans, ' || seq_tup_read || ' rows'"
                    + " from pg_stat_user_tables where schemaname = current_schema()"
                    + " and relname in ('wb_message', 'wb_delivery') and seq_tup_read > "
                    + BURST))
        .as("tables read from end to end")
        .isEmpty();
  }
}
