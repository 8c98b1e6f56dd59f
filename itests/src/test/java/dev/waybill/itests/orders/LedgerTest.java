package dev.waybill.itests.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.itests.server.Artifacts;
import dev.waybill.itests.server.Directories;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The books see each kind of mistake that the crash tests look for. */
class LedgerTest {

  private static final String ORDER =
      "insert into orders values (%d, 'c', '%s', 2, '%s', null, now() + interval '%1$d' second, now())";
  private static final String RESERVATION =
      "insert into reservation values (%d, %d, 'A-100', 2, false, now())";
  private static final String SHIPMENT = "insert into shipment values (%d, %d, now())";
  private static final String SURVEY = "insert into survey values (%d, %d, now())";
  private static final String TAKEN = "update article set stock = stock - 2 where code = 'A-100'";

  private Path directory;

  @BeforeEach
  void createDatabase() throws SQLException {
    directory = Directories.emptied(Artifacts.directory("ledger"));
    Path sources = Artifacts.sources();
    execute(
        script(sources.resolve("ejb-sample/src/main/resources/META-INF/orders-schema.sql")),
        script(
            sources.resolve(
                "adapter/core/src/main/resources/dev/waybill/core/store/h2/V1__queue.sql")),
        ORDER.formatted(1, "A-100", "SHIPPED"),
        RESERVATION.formatted(1, 1),
        SHIPMENT.formatted(2, 1),
        SURVEY.formatted(3, 1),
        TAKEN,
        ORDER.formatted(2, "X-404", "FAILED"));
  }

  @Test
  void cleanBooks() {
    assertThat(read(1L, 2L)).isEqualTo(new Ledger(2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void anAcknowledgedOrderThatIsNotThereIsLost() {
    assertThat(read(1L, 2L, 3L).lost()).isOne();
  }

  @Test
  void anOrderWithoutAnEndOrAnEffectIsLost() throws SQLException {
    execute(ORDER.formatted(3, "A-100", "PLACED"), ORDER.formatted(4, "A-100", "SHIPPED"));
    assertThat(read().lost()).isEqualTo(2);
  }

  @Test
  void aShippedOrderWithoutASurveyIsLost() throws SQLException {
    execute("delete from survey");
    assertThat(read().lost()).isOne();
  }

  @Test
  void aSecondEffectIsDoubled() throws SQLException {
    execute(SHIPMENT.formatted(3, 1));
    assertThat(read().doubled()).isOne();
    execute(RESERVATION.formatted(4, 1), TAKEN);
    assertThat(read().doubled()).isEqualTo(2);
  }

  @Test
  void aSecondSurveyAndOneOfAnOrderThatFailedAreDoubled() throws SQLException {
    execute(SURVEY.formatted(4, 1));
    assertThat(read().doubled()).isOne();
    execute(SURVEY.formatted(5, 2));
    assertThat(read().doubled()).isEqualTo(2);
  }

  @Test
  void anOrderThatWasReservedBeforeAnEarlierOneIsSeen() throws SQLException {
    execute(
        ORDER.formatted(3, "A-100", "RESERVED"),
        RESERVATION.formatted(6, 3),
        "update reservation set reserved_at = now() - interval '1' second where order_id = 3");
    assertThat(read().outOfOrder()).isOne();
  }

  @Test
  void stockThatWasTakenTwiceIsDoubled() throws SQLException {
    execute(TAKEN);
    assertThat(read().doubled()).isOne();
  }

  @Test
  void anOrderThatShouldNotHaveFailedIsSeen() throws SQLException {
    execute(ORDER.formatted(3, "A-101", "FAILED"));
    assertThat(read().failedWrongly()).isOne();
  }

  @Test
  void whatTheQueueStillHoldsIsSeen() throws SQLException {
    execute(
        "insert into wb_branch (id, state, node_id, incarnation, has_ids) values"
            + " ('b', 'PREPARED', 'n', 'i', false)",
        completed(),
        completed());
    Ledger ledger = read();
    assertThat(ledger.inDoubt()).isOne();
    assertThat(ledger.twoPhaseBranches()).isOne();
    assertThat(ledger.completedTwice()).isOne();
  }

  private static String completed() {
    return "insert into wb_attempt (message_id, queue, group_id, number, ended_at, outcome)"
        + " values ('01a204b4-79c2-74e1-8da7-936f788ca483', 'app:orders', 1, 1, 0, 'COMPLETED')";
  }

  private static String script(Path file) {
    return "runscript from '" + file + "'";
  }

  private Ledger read(Long... acknowledged) {
    return Ledger.read(CommitPath.JOINED, directory, Set.of(acknowledged));
  }

  private void execute(String... statements) throws SQLException {
    String url = "jdbc:h2:file:" + CommitPath.JOINED.applicationDatabase(directory);
    try (Connection connection = DriverManager.getConnection(url, "sa", "sa");
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
