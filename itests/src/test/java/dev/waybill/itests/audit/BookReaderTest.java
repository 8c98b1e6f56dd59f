package dev.waybill.itests.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.itests.server.Artifacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The books are read as the tables of the adapter's own script have them. */
class BookReaderTest {

  private static final String IN_DOUBT = "select transaction_name from information_schema.in_doubt";
  private static final String SCRIPT =
      "adapter/core/src/main/resources/dev/waybill/core/store/h2/V1__queue.sql";

  private Connection connection;

  @BeforeEach
  void createTables() throws Exception {
    connection = DriverManager.getConnection("jdbc:h2:mem:");
    Path script = Artifacts.sources().resolve(SCRIPT);
    execute(Files.readString(script));
    execute(BookReader.EFFECT_TABLE);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  @Test
  void effectsAreCountedByOrder() throws SQLException {
    execute("insert into effect values (1, 'PLACED', 'a', 0, 0), (1, 'HANDLED', 'a', 1, 0)");
    execute("insert into effect values (1, 'HANDLED', 'b', 2, 0), (2, 'DEAD', 'b', 1, 0)");
    assertThat(read().effects())
        .isEqualTo(Map.of(1L, new Effects(1, 2, 0, 0), 2L, new Effects(0, 0, 0, 1)));
  }

  @Test
  void messagesAreQueuedWhileTheyAreOwedOrUndecided() throws SQLException {
    message(1, "'7 PLAIN'", null);
    execute(
        "insert into wb_delivery (position, group_id, queue_id, state, available_at, claim_rank,"
            + " priority, attempts, claim_alone) values (1, 1, 1, 'READY', 0, 0, 5, 0, false)");
    message(2, "'8 PLAIN'", "'x'");
    message(3, "'9 settled'", null);
    assertThat(read().queued()).containsExactlyInAnyOrder(7L, 8L);
  }

  @Test
  void branchesInDoubtAreThoseNobodyHasFinished() throws SQLException {
    branch("a", "PREPARED");
    branch("b", "COMMITTED_UNRELEASED");
    branch("c", "COMMITTED");
    branch("d", "ROLLED_BACK");
    assertThat(read().inDoubt())
        .containsExactlyInAnyOrder("PREPARED of n", "COMMITTED_UNRELEASED of n");
  }

  @Test
  void completionsBeyondTheFirstAreCounted() throws SQLException {
    for (int i = 0; i < 3; i++) {
      execute(
          "insert into wb_attempt (message_id, queue, group_id, number, ended_at, outcome) values"
              + " ('00000000-0000-0000-0000-000000000001', 'a:b', 1, 1, 0, 'COMPLETED')");
    }
    assertThat(read().completedTwice()).isEqualTo(2);
  }

  private Books read() throws SQLException {
    return BookReader.read(connection, connection, IN_DOUBT);
  }

  private void message(long position, String text, String branch) throws SQLException {
    execute(
        "insert into wb_message (position, id, queue_id, sent_at, content_type, body, priority,"
            + " available_at, branch_key) values (%d, random_uuid(), 1, 0, 'TEXT', %s, 5, 0, %s)"
                .formatted(position, "stringtoutf8(" + text + ")", branch));
  }

  private void branch(String id, String state) throws SQLException {
    execute(
        "insert into wb_branch (id, state, node_id, incarnation, has_ids) values"
            + " ('%s', '%s', 'n', 'i', false)".formatted(id, state));
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
