package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.LogLines;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchStore;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.store.StoreOptions.Source;
import dev.waybill.core.store.sql.DurableCommits;
import dev.waybill.core.store.sql.GroupSync;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is reported before a sync that began after its commit. */
@Tag("C15")
class DurableReportTest {

  private final SettableClock clock = new SettableClock();
  private final AtomicInteger syncs = new AtomicInteger();

  @TempDir Path folder;

  private String url() {
    return "jdbc:h2:file:" + folder.resolve("queue");
  }

  /** A store that counts its syncs, and does them. */
  private QueueStore open(Source source) {
    StoreOptions options = TestStore.options(source, clock);
    StoreAccess access = StoreAccess.open(options);
    DurableCommits real = access.durable();
    assertThat(real).isInstanceOf(GroupSync.class);
    return QueueStores.open(
        options,
        new StoreAccess(
            access.own(),
            access.pool(),
            access.dialect(),
            access.detached(),
            () -> {
              real.await();
              syncs.incrementAndGet();
            },
            access.where(),
            access.description(),
            access.file(),
            access.risks()));
  }

  private void assertSynced(String what, Runnable call) {
    int before = syncs.get();
    call.run();
    assertThat(syncs.get()).as(what).isGreaterThan(before);
  }

  private List<Operation> send() {
    return List.of(TestStore.send(ORDERS, "a", clock.now()));
  }

  @Test
  void everyPromiseIsSyncedBeforeItIsGiven() {
    try (QueueStore store = open(new Source.Url(url(), "sa", "", true))) {
      store.queues().require(ORDERS);
      BranchStore branches = store.branches();
      BranchId one = new BranchId(7, "01", "00");
      BranchId two = new BranchId(7, "02", "00");
      BranchId three = new BranchId(7, "03", "00");

      assertSynced("commitLocal", () -> branches.commitLocal(send()));
      assertSynced("commitOnePhase", () -> branches.commitOnePhase(one, send()));
      assertSynced("prepare", () -> branches.prepare(two, send()));
      assertSynced("prepare", () -> branches.prepare(three, send()));
      assertSynced("commitPrepared", () -> branches.commitPrepared(two));
      assertSynced("rollbackPrepared", () -> branches.rollbackPrepared(three));
    }
  }

  @Test
  void aJoinedCommitIsSyncedAfterwards() throws SQLException {
    EnlistingDataSource application = new EnlistingDataSource(url());
    FaultyDataSource own = new FaultyDataSource(url());
    try (QueueStore store =
        open(new Source.Joined(application, "jdbc/app", Optional.of(own), true))) {
      store.queues().require(ORDERS);
      application.begin();
      store.branches().writeJoined(send());
      application.commit();

      assertSynced("afterJoinedCommit", () -> store.branches().afterJoinedCommit(List.of()));
    }
  }

  @Test
  void syncOnCommitIsObeyedForEveryKindOfSource() {
    FaultyDataSource source = new FaultyDataSource(url());
    for (boolean sync : List.of(true, false)) {
      for (Source each :
          List.of(
              new Source.Url(url(), "sa", "", sync),
              new Source.Pooled(source, "jdbc/own", sync),
              new Source.Joined(source, "jdbc/app", Optional.empty(), sync))) {
        try (StoreAccess access = StoreAccess.open(TestStore.options(each, clock))) {
          assertThat(access.durable() instanceof GroupSync).as(each.toString()).isEqualTo(sync);
        }
      }
    }
  }

  @Test
  void aDelayOfTheApplicationsDatabaseAndAMissingRightAreToldWithTheirFixes() {
    String delayed = url();
    new Jdbc(delayed).execute("set db_close_delay -1");
    new Jdbc(delayed).execute("create user app password 'app'");
    new Jdbc(delayed).execute("set write_delay 500");
    JdbcDataSource application = new JdbcDataSource();
    application.setURL(delayed);
    application.setUser("app");
    application.setPassword("app");
    LogLines log = new LogLines();
    try (log) {
      StoreAccess access =
          StoreAccess.open(
              TestStore.options(
                  new Source.Joined(application, "jdbc/app", Optional.empty(), true), clock));
      assertThat(access.durable()).isSameAs(DurableCommits.BY_DATABASE);
    } finally {
      new Jdbc(delayed).execute("shutdown");
    }
    assertThat(log.warnings())
        .anySatisfy(line -> assertThat(line).contains("WB-0201", "500 ms", "SET WRITE_DELAY 0"))
        .anySatisfy(line -> assertThat(line).contains("WB-0201", "ALTER USER", "ADMIN TRUE"))
        .hasSize(2);
  }
}
