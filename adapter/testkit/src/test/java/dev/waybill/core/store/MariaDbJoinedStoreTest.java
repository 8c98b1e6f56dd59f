package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.model.Lease;
import dev.waybill.core.store.StoreOptions.Source;
import dev.waybill.testkit.mariadb.SharedMariaDb;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The joined path on MariaDB, and what only MariaDB does there. */
class MariaDbJoinedStoreTest extends JoinedStoreContract {

  private final String url = SharedMariaDb.freshDataSourceUrl();

  @Override
  String url() {
    return url;
  }

  @Test
  @Tag("C4")
  void theIsolationThatMariaDbComesWithIsRefusedAtTheStart() {
    String asItComes = SharedMariaDb.freshUrl();

    assertThatThrownBy(
            () ->
                QueueStores.open(
                    TestStore.options(
                        new Source.Joined(
                            new EnlistingDataSource(asItComes), "jdbc/app", Optional.empty(), true),
                        clock)))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
        .hasMessageContaining("jdbc/app")
        .hasMessageContaining("above READ COMMITTED")
        .hasMessageContaining("transactionIsolation=READ-COMMITTED");
    assertThat(
            new Jdbc(asItComes)
                .number(
                    "select count(*) from information_schema.tables where table_name like 'wb%'"
                        + " and table_schema = database()"))
        .isZero();
  }

  @Test
  @Tag("C14")
  void aRowThatIsNotToBeHadIsToldOnceAndTheTransactionIsLeftToTheCaller() throws SQLException {
    store.branches().commitLocal(List.of(TestStore.send(ORDERS, "first", clock.now())));
    Lease lease = claim();
    try (Connection other = jdbc.connect()) {
      other.setAutoCommit(false);
      other.createStatement().executeUpdate("update wb_delivery set attempts = attempts + 1");
      application.begin();
      application.execute("insert into ledger values (1)");

      assertThatThrownBy(() -> store.branches().writeJoined(List.of(new Complete(lease))))
          .isInstanceOfSatisfying(
              QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
          .hasMessageContaining("Lock wait timeout");

      assertThat(application.isOpen()).isTrue();
      application.rollback();
      other.rollback();
    }
    assertThat(jdbc.number("select count(*) from ledger")).isZero();
    assertThat(store.leases().isHeld(lease)).isTrue();
  }
}
