package dev.waybill.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.testkit.postgres.SharedPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * An old snapshot keeps each row that was ever handled in the index of the ready ones. What a claim
 * reads of it is counted by the database; its sessions are not pooled here, because a session
 * reports what it has read when it ends.
 */
class PostgresHeldSnapshotTest {

  private static final String APPLICATION = "held-snapshot";
  private static final int SLICES = 6;
  private static final int BLOCKS = 10;
  private static final int BLOCK = 50;

  private final String url = SharedPostgres.freshUrl();
  private final Jdbc jdbc = new Jdbc(url);
  private final SettableClock clock = new SettableClock();
  private final QueueStore store =
      QueueStores.open(TestStore.options(TestStore.pooled(unpooled()), clock));
  private final UUID term = store.leases().openTerm("n1/bean", clock.now().plusSeconds(36_000));
  private Connection snapshot;

  private PGSimpleDataSource unpooled() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    source.setApplicationName(APPLICATION);
    return source;
  }

  @BeforeEach
  void holdSnapshot() throws SQLException {
    assertThat(claim()).isEmpty();
    snapshot = DriverManager.getConnection(url);
    snapshot.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    snapshot.setAutoCommit(false);
    try (Statement statement = snapshot.createStatement()) {
      statement.execute("select 1 from wb_delivery");
    }
  }

  @AfterEach
  void close() throws SQLException {
    store.close();
    snapshot.close();
  }

  /** Messages of one time, and so of one rank, later than those before. */
  private void send(int count) {
    clock.advance(Duration.ofMillis(1));
    store
        .branches()
        .commitLocal(
            Collections.nCopies(count, 0).stream()
                .map(each -> TestStore.send(TestStore.ORDERS, "m", clock.now()))
                .toList());
  }

  private List<LeasedMessage> claim() {
    return store.leases().claim(TestStore.ahead(term, BLOCK, TestStore.ORDERS));
  }

  private void handle(int blocks) {
    for (int i = 0; i < blocks; i++) {
      send(BLOCK);
      complete(claim());
    }
  }

  private void complete(List<LeasedMessage> claimed) {
    assertThat(claimed).hasSize(BLOCK);
    store
        .branches()
        .commitLocal(
            claimed.stream().map(message -> (Operation) new Complete(message.lease())).toList());
  }

  /** Entries of the index of ready deliveries that scans have read so far. */
  private long read() {
    await()
        .until(
            () ->
                jdbc.number(
                        "select count(*) from pg_stat_activity where application_name = '"
                            + APPLICATION
                            + "'")
                    == 0);
    return jdbc.number(
        "select idx_tup_read from pg_stat_user_indexes where schemaname = current_schema()"
            + " and indexrelname = 'wb_delivery_ready'");
  }

  /** Scans from the head seem so slow that the next may begin after minutes. */
  private void slowDown() {
    send(2 * BLOCK);
    clock.tick(Duration.ofSeconds(20));
    List<LeasedMessage> first = claim();
    List<LeasedMessage> second = claim();
    clock.tick(Duration.ZERO);
    complete(first);
    complete(second);
  }

  @Test
  void aClaimDoesNotReadWhatWasHandledBefore() {
    slowDown();
    List<Long> slices = new ArrayList<>();
    for (int i = 0; i < SLICES; i++) {
      long before = read();
      handle(BLOCKS);
      slices.add(read() - before);
    }
    assertThat(slices.get(SLICES - 1))
        .as("entries read, by slices of %d messages: %s", BLOCKS * BLOCK, slices)
        .isLessThan(slices.get(0) * 3 / 2);

    clock.advance(Duration.ofHours(1));
    long before = read();
    handle(1);
    assertThat(read() - before)
        .as("a scan from the head meets all that the snapshot holds")
        .isGreaterThan((long) SLICES * BLOCKS * BLOCK);
  }
}
