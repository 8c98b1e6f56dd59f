package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.StoreOptions.Source;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Writing on the connection that the container enlisted. */
@Tag("C14")
abstract class JoinedStoreContract {

  final SettableClock clock = new SettableClock();
  Jdbc jdbc;
  EnlistingDataSource application;
  QueueStore store;
  private UUID term;

  /** The URL of a fresh, empty database, the same each time. */
  abstract String url();

  @BeforeEach
  void open() {
    jdbc = new Jdbc(url());
    application = new EnlistingDataSource(url());
    jdbc.execute("create table ledger (id int primary key)");
    store =
        QueueStores.open(
            TestStore.options(
                new Source.Joined(
                    application, "jdbc/app", Optional.of(new FaultyDataSource(url())), true),
                clock));
    store.queues().require(ORDERS);
    term = store.leases().openTerm("n1/bean", clock.now().plusSeconds(30));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void sendsAndSettlementsCommitWithTheApplicationsRows() throws SQLException {
    store.branches().commitLocal(List.of(TestStore.send(ORDERS, "first", clock.now())));
    Lease lease = claim();
    application.begin();
    store.branches().probeJoined();
    application.execute("insert into ledger values (1)");
    store
        .branches()
        .writeJoined(List.of(new Complete(lease), TestStore.send(ORDERS, "second", clock.now())));
    assertThat(jdbc.number("select count(*) from wb_message")).isEqualTo(1);

    application.commit();

    assertThat(jdbc.number("select count(*) from ledger")).isEqualTo(1);
    assertThat(claimText()).isEqualTo("second");
    assertThat(store.leases().isHeld(lease)).isFalse();
    assertThat(application.sessions()).isEqualTo(1);
    store.branches().afterJoinedCommit(List.of());
  }

  @Test
  void aRollbackOfTheApplicationUndoesThemAll() throws SQLException {
    store.branches().commitLocal(List.of(TestStore.send(ORDERS, "first", clock.now())));
    Lease lease = claim();
    application.begin();
    application.execute("insert into ledger values (1)");
    store
        .branches()
        .writeJoined(List.of(TestStore.send(ORDERS, "second", clock.now()), new Complete(lease)));

    application.rollback();

    assertThat(jdbc.number("select count(*) from ledger")).isZero();
    assertThat(jdbc.number("select count(*) from wb_message")).isEqualTo(1);
    assertThat(store.leases().isHeld(lease)).isTrue();
    assertThat(jdbc.number("select count(*) from wb_attempt")).isZero();
  }

  @Test
  @Tag("C9")
  void aLostLeaseIsToldAndTheApplicationsTransactionIsLeftToTheCaller() throws SQLException {
    store.branches().commitLocal(List.of(TestStore.send(ORDERS, "first", clock.now())));
    Lease lease = claim();
    store.leases().closeTerm(term);
    store.leases().expire(1);
    application.begin();
    application.execute("insert into ledger values (1)");

    assertThatThrownBy(() -> store.branches().writeJoined(List.of(new Complete(lease))))
        .isInstanceOf(LeaseLostException.class);

    assertThat(application.isOpen()).isTrue();
    application.rollback();
    assertThat(jdbc.number("select count(*) from ledger")).isZero();
  }

  @Test
  void aConnectionThatIsNotEnlistedIsRefusedAndNothingIsWritten() throws SQLException {
    for (Runnable use : List.<Runnable>of(this::probe, this::write)) {
      assertThatThrownBy(use::run)
          .isInstanceOfSatisfying(
              QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
          .hasMessageContaining("jdbc/app")
          .hasMessageContaining("not enlisted")
          .hasMessageContaining("JTA DataSource");
    }
    assertThat(jdbc.number("select count(*) from wb_message")).isZero();
    assertThat(jdbc.number("select count(*) from wb_probe")).isZero();
  }

  @Test
  void aConnectionThatOnlyClaimsToAutoCommitIsProvenEnlistedByVisibility() throws SQLException {
    application.claimAutoCommit();
    application.begin();
    probe();
    write();
    application.rollback();
    assertThat(jdbc.number("select count(*) from wb_message")).isZero();

    application.begin();
    write();
    application.commit();
    assertThat(jdbc.number("select count(*) from wb_message")).isEqualTo(1);
    assertThat(jdbc.number("select count(*) from wb_probe")).isZero();
  }

  @Test
  @Tag("C4")
  void aConnectionThatIsolatesTooMuchIsRefused() throws SQLException {
    application.begin();
    application.current().setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);

    for (Runnable use : List.<Runnable>of(this::probe, this::write)) {
      assertThatThrownBy(use::run)
          .hasMessageContaining("READ COMMITTED")
          .hasMessageContaining("read-committed");
    }
    application.rollback();
  }

  @Test
  @Tag("C4")
  void aTransactionIsAskedForItsIsolationOnceAndForAllElseEachTime() throws SQLException {
    application.begin();
    probe();
    int asked = application.isolationAsked();

    writeAgain();

    assertThat(asked).isPositive();
    assertThat(application.isolationAsked()).isEqualTo(asked);
    application.claimReadOnly();
    assertThatThrownBy(this::writeAgain).hasMessageContaining("read-only");
    application.rollback();
    assertThat(jdbc.number("select count(*) from wb_message")).isZero();
  }

  @Test
  void aReadOnlyConnectionIsRefused() throws SQLException {
    application.claimReadOnly();
    application.begin();

    for (Runnable use : List.<Runnable>of(this::probe, this::write)) {
      assertThatThrownBy(use::run).hasMessageContaining("read-only");
    }
    application.rollback();
  }

  @Test
  void aFailedStatementIsNotTriedAgain() throws SQLException {
    application.begin();
    application.failStatements();

    assertThatThrownBy(this::write)
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));

    // The provider may ask the connection whether it still lives.
    assertThat(application.failed()).filteredOn(sql -> sql.contains("wb_")).hasSize(1);
    application.rollback();
  }

  @Test
  @Tag("C7")
  void withoutASecondDataSourceOurOwnCommitsStayOutsideTheUsersTransaction() throws SQLException {
    try (QueueStore alone =
        QueueStores.open(
            TestStore.options(
                new Source.Joined(application, "jdbc/app", Optional.empty(), true), clock))) {
      application.begin();
      alone.branches().writeJoined(List.of(TestStore.send(TestStore.SHIPMENTS, "a", clock.now())));
      application.rollback();
    }

    assertThat(jdbc.number("select count(*) from wb_queue where name = 'app:shipments'"))
        .isEqualTo(1);
    assertThat(jdbc.number("select count(*) from wb_message")).isZero();
  }

  @Test
  @Tag("UNAVAILABLE")
  void aConnectionThatDiesIsSaidToBeOutOfReachHoweverItsPoolSaysSo() throws SQLException {
    application.begin();
    application.die();
    assertOutOfReach(this::write);
    assertOutOfReach(this::writeAgain);
    assertOutOfReach(this::probe);
    application.rollback();
  }

  private static void assertOutOfReach(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessageContaining("is out of reach");
  }

  final void probe() {
    store.branches().probeJoined();
  }

  final void write() {
    store.branches().writeJoined(List.of(TestStore.send(ORDERS, "a", clock.now())));
  }

  final void writeAgain() {
    store.branches().writeJoinedAgain(List.of(TestStore.send(ORDERS, "a", clock.now())));
  }

  final Lease claim() {
    return store.leases().claim(request(term, 1, RetryPolicy.DEFAULT, ORDERS)).get(0).lease();
  }

  private String claimText() {
    return TestStore.text(
        store.leases().claim(request(term, 1, RetryPolicy.DEFAULT, ORDERS)).get(0));
  }
}
