package dev.waybill.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.TransactionManagerName;
import dev.waybill.itests.audit.Audit;
import dev.waybill.itests.audit.Intent.Kind;
import dev.waybill.itests.audit.Intents;
import dev.waybill.itests.server.Artifacts;
import dev.waybill.itests.server.Directories;
import dev.waybill.itests.server.ServerLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two databases, the queue's on PostgreSQL and the application's, configured as
 * docs/payara-micro.md says. A node ends while two transactions are prepared in both databases, of
 * which one was decided; the same node, started again with nothing but the databases and its
 * transaction log, finishes them.
 */
@Tag("C12")
@Tag("C13")
@Tag("G4")
class PostgresRecoveryIT {

  private static final String NODE = "alpha";
  private static final Duration END_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration RECOVERY_TIMEOUT = Duration.ofSeconds(120);

  @Test
  void withPostgresForTheApplicationBothHalvesAreFinished() {
    Path directory = Directories.emptied(Artifacts.directory("recovery-postgres"));
    finishesBothHalves(directory, Database.start(PostgresPath.XA));
  }

  @Test
  void withH2ForTheApplicationBothHalvesAreFinished() {
    Path directory = Directories.emptied(Artifacts.directory("recovery-h2"));
    finishesBothHalves(directory, Database.startWithH2(directory));
  }

  private static void finishesBothHalves(Path directory, Database started) {
    Path intentsFile = directory.resolve("intents.txt");
    try (Database database = started;
        Intents intents = Intents.open(intentsFile);
        CrashNode node = new CrashNode(NODE, directory, database, NodeApplication.ORDERS);
        Clients clients = new Clients(List.of(node), intents)) {
      node.start();
      clients.place(node, Kind.PLAIN, 1);
      awaitAllDone(database);
      leaveUndecided(node, clients);
      leaveDecided(node, clients);
      assertThat(database.effects())
          .containsExactlyInAnyOrder("1 PLACED", "1 HANDLED", "1 SHIPPED", "3 PLACED");
      assertBothArePrepared(database);

      node.start();
      // Payara begins no transaction before its first recovery pass has ended.
      clients.place(node, Kind.PLAIN, 1);
      awaitAllDone(database);
      // A restart after a crash is no reason for a warning.
      assertThat(node.log().lines(ServerLog.WORRY)).isEmpty();
      node.stop();

      assertThat(database.prepared()).isEmpty();
      assertThat(database.effects())
          .containsExactlyInAnyOrder(
              "1 PLACED",
              "1 HANDLED",
              "1 SHIPPED",
              "3 PLACED",
              "3 HANDLED",
              "3 SHIPPED",
              "4 PLACED",
              "4 HANDLED",
              "4 SHIPPED");
      Audit audit = Audit.of(Intents.read(intentsFile), database.books());
      assertThat(audit.isClean()).as(audit.report()).isTrue();
    }
  }

  /** Placing the second order: both branches are prepared, and that is all. */
  private static void leaveUndecided(CrashNode node, Clients clients) {
    node.submit(CrashPoint.named(CrashPoint.POINTS, "prepare: prepared").holding());
    CompletableFuture<Void> placing =
        CompletableFuture.runAsync(() -> clients.place(node, Kind.PLAIN, 1));
    node.log().awaitLineWith(END_TIMEOUT, CrashPoint.HELD);
    assertThat(placing).isNotDone();
  }

  /**
   * The first commit is that of placing the third order, the second that of handling it: there the
   * queue's branch comes first, so that the application's is prepared as well.
   */
  private static void leaveDecided(CrashNode node, Clients clients) {
    CrashPoint decided = CrashPoint.named(CrashPoint.POINTS, "commit: decided").atHit(2);
    node.submit(decided);
    clients.place(node, Kind.PLAIN, 1);
    await("the node ends at " + decided).atMost(END_TIMEOUT).until(node::hasEnded);
    node.requireEndedAt(decided);
  }

  private static void awaitAllDone(Database database) {
    await("the queue owes nothing and has no branch in doubt")
        .atMost(RECOVERY_TIMEOUT)
        .until(() -> database.owed() == 0);
  }

  /** Rule C1 is checked by the name in the branch's identity: it is what recovery compares. */
  private static void assertBothArePrepared(Database database) {
    assertThat(database.prepared()).hasSize(2);
    assertThat(database.inDoubt())
        .hasSize(2)
        .allSatisfy(
            id ->
                assertThat(TransactionManagerName.of(BranchId.parse(id)))
                    .as(id)
                    .contains(new TransactionManagerName(NODE + ",server,P100")));
  }
}
