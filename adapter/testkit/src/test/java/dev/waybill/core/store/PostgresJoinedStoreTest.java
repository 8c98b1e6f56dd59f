package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.model.Lease;
import dev.waybill.testkit.postgres.SharedPostgres;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The joined path on PostgreSQL, and what only PostgreSQL does there. */
class PostgresJoinedStoreTest extends JoinedStoreContract {

  private final String url = SharedPostgres.freshUrl();

  @Override
  String url() {
    return url;
  }

  @Test
  @Tag("C14")
  void theQueuesRowsAreWrittenByTheBackendOfTheApplicationsConnection() throws SQLException {
    // Which backend wrote a message is told by the row's own transaction: it is the application's.
    application.begin();
    application.execute("insert into ledger values (1)");
    write();
    String own = current("select xmin::text from ledger");
    String queues = current("select xmin::text from wb_message");
    String backend = current("select pg_backend_pid()::text");
    assertThat(queues).isEqualTo(own);
    assertThat(
            jdbc.texts(
                "select pid::text from pg_stat_activity where backend_xid::text = '" + own + "'"))
        .containsExactly(backend);
    application.commit();
  }

  @Test
  @Tag("C5")
  void nothingIsPreparedAndTheServerNeedNotAllowIt() throws SQLException {
    assertThat(jdbc.texts("show max_prepared_transactions")).containsExactly("0");
    store.branches().commitLocal(List.of(TestStore.send(ORDERS, "first", clock.now())));
    Lease lease = claim();
    application.begin();
    store
        .branches()
        .writeJoined(List.of(new Complete(lease), TestStore.send(ORDERS, "second", clock.now())));
    application.commit();
    assertThat(jdbc.texts("select gid from pg_prepared_xacts")).isEmpty();
    assertThat(jdbc.number("select count(*) from wb_delivery")).isOne();
  }

  @Test
  @Tag("C14")
  void afterAFailedStatementOfTheApplicationTheQueueRefusesAndNothingCommits() throws SQLException {
    application.begin();
    application.execute("insert into ledger values (1)");
    assertThatThrownBy(() -> application.execute("insert into ledger values (1)"))
        .isInstanceOf(SQLException.class);

    assertThatThrownBy(this::write)
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INTERNAL))
        .as("says what spoilt the transaction, not only that it is")
        .hasMessageContaining("ledger_pkey");

    application.rollback();
    assertThat(jdbc.number("select count(*) from ledger")).isZero();
    assertThat(jdbc.number("select count(*) from wb_message")).isZero();
  }

  @Test
  @Tag("C4")
  void ourOwnCommitsDoNotWaitForEverForAnOpenTransactionOfTheApplication() throws SQLException {
    store.branches().commitLocal(List.of(TestStore.send(ORDERS, "first", clock.now())));
    Lease lease = claim();
    application.begin();
    store.branches().writeJoined(List.of(new Complete(lease)));

    assertThatThrownBy(() -> store.leases().isHeld(lease))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessageContaining("lock timeout");

    application.commit();
    assertThat(store.leases().isHeld(lease)).isFalse();
  }

  /** What the application's own connection sees inside its transaction. */
  private String current(String query) throws SQLException {
    try (ResultSet rows = application.current().createStatement().executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
