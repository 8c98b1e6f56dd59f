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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two databases on PostgreSQL, the queue's and the application's, configured as
 * docs/payara-micro.md says. A node ends while transactions of both are prepared, and the same
 * node, started again with nothing but the databases and its transaction log, finishes them.
 */
@Tag("C12")
@Tag("C13")
@Tag("G4")
class PostgresRecoveryIT {

  private static final String NODE = "alpha";
  private static final Duration END_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration RECOVERY_TIMEOUT = Duration.ofSeconds(120);

  /** All of the server's but what it says at every start. */
  private static final Pattern WORRIES =
      Pattern.compile("WARNING(?!.*(NCLS-SECURITY|hazelcast))|SEVERE|ERROR");

  private final Path directory = Directories.emptied(Artifacts.directory("recovery-postgres"));
  private final Path intentsFile = directory.resolve("intents.txt");
  private final Intents intents = Intents.open(intentsFile);
  private Database database;
  private CrashNode node;
  private Clients clients;

  @BeforeEach
  void startTheDatabase() {
    database = Database.start(PostgresPath.XA);
    node = new CrashNode(NODE, PostgresPath.XA, directory, database.port());
    clients = new Clients(List.of(node), intents);
  }

  @AfterEach
  void end() {
    clients.close();
    intents.close();
    node.close();
    database.close();
  }

  @Test
  void whatWasDecidedIsCommittedAndWhatWasNotIsRolledBack() {
    node.start();
    // The first commit is that of placing the order, the second that of handling it: there the
    // queue's branch comes first, so that the application's is prepared as well.
    CrashPoint decided = CrashPoint.named(CrashPoint.POINTS, "commit: decided");
    endAt(decided.atHit(2));
    assertThat(effects()).containsExactly("1 PLACED");
    assertBothArePrepared();

    node.start();
    awaitNothingInDoubt();
    assertThat(effects()).contains("1 PLACED", "1 HANDLED");
    assertAnOperatorIsNotBothered();

    // Else shipping the first order might come to the next point before the second is placed.
    awaitShipped(1);

    // Placing an order: the application's branch is prepared first, then the queue's, then nothing.
    endAt(CrashPoint.named(CrashPoint.POINTS, "prepare: prepared"));
    assertBothArePrepared();

    node.start();
    awaitNothingInDoubt();
    assertAnOperatorIsNotBothered();
    clients.place(node, Kind.PLAIN, 1);
    awaitShipped(2);
    node.stop();

    assertThat(effects())
        .containsExactlyInAnyOrder(
            "1 PLACED", "1 HANDLED", "1 SHIPPED", "3 PLACED", "3 HANDLED", "3 SHIPPED");
    Audit audit = Audit.of(Intents.read(intentsFile), database.books());
    assertThat(audit.isClean()).as(audit.report()).isTrue();
  }

  private void awaitShipped(long orders) {
    await("the orders are shipped and the queue owes nothing")
        .atMost(RECOVERY_TIMEOUT)
        .until(() -> database.effects("SHIPPED") == orders && database.unfinished() == 0);
  }

  private void endAt(CrashPoint point) {
    node.submit(point);
    clients.place(node, Kind.PLAIN, 1);
    await("the node ends at " + point).atMost(END_TIMEOUT).until(node::hasEnded);
    node.requireEndedAt(point);
  }

  private void awaitNothingInDoubt() {
    await("recovery has finished all branches")
        .atMost(RECOVERY_TIMEOUT)
        .until(() -> inDoubt().isEmpty() && preparedInTheApplication().isEmpty());
  }

  /** Rule C1 is checked by the name in the branch's identity: it is what recovery compares. */
  private void assertBothArePrepared() {
    assertThat(preparedInTheApplication()).hasSize(1);
    assertThat(inDoubt())
        .singleElement()
        .satisfies(
            id ->
                assertThat(TransactionManagerName.of(BranchId.parse(id)))
                    .as(id)
                    .contains(new TransactionManagerName(NODE + ",server,P100")));
  }

  /** A restart after a crash is no reason for a warning. */
  private void assertAnOperatorIsNotBothered() {
    assertThat(newestLog().lines(WORRIES)).isEmpty();
  }

  private ServerLog newestLog() {
    try (Stream<Path> files = Files.list(directory.resolve(NODE))) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .max(Comparator.comparing(file -> file.toFile().lastModified()))
          .map(ServerLog::new)
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> effects() {
    return texts(PostgresPath.APPLICATION, "select order_id || ' ' || what from effect");
  }

  private List<String> preparedInTheApplication() {
    return texts(PostgresPath.APPLICATION, "select gid from pg_prepared_xacts");
  }

  private List<String> inDoubt() {
    return texts(
        PostgresPath.XA.queueDatabase(),
        "select id from wb_branch where state in ('PREPARED', 'COMMITTED_UNRELEASED')");
  }

  private List<String> texts(String name, String query) {
    String url = "jdbc:postgresql://127.0.0.1:" + database.port() + "/" + name + "?user=postgres";
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    } catch (SQLException e) {
      throw new IllegalStateException(query + " failed", e);
    }
  }
}
