package dev.waybill.testkit.mariadb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MariaDbServerTest {

  @Test
  void whatWasCommittedSurvivesAKillAndAStop() throws Exception {
    try (MariaDbServer server = MariaDbServer.builder().start()) {
      String url = server.createDatabase("orders");
      long pid = server.pid();
      try (Connection connection = DriverManager.getConnection(url)) {
        execute(connection, "create table placed (id int) engine=InnoDB");
        execute(connection, "insert into placed values (7)");
        connection.setAutoCommit(false);
        execute(connection, "insert into placed values (8)");
        server.kill();
        assertThat(server.isRunning()).isFalse();
        assertThatThrownBy(() -> execute(connection, "select 1")).isInstanceOf(SQLException.class);
      }
      assertThatThrownBy(() -> DriverManager.getConnection(url)).isInstanceOf(SQLException.class);

      server.start();
      assertThat(server.pid()).isNotEqualTo(pid);
      assertThat(server.url("orders")).isEqualTo(url);
      server.restart();

      try (Connection connection = DriverManager.getConnection(url)) {
        assertThat(value(connection, "select group_concat(id) from placed")).isEqualTo("7");
      }
    }
  }

  @Test
  void settingsAreThoseGivenAndTheRestIsAsMariaDbComes() throws Exception {
    MariaDbServer server = MariaDbServer.builder().setting("max_connections", "17").start();
    try (server;
        Connection connection = DriverManager.getConnection(server.adminUrl())) {
      assertThat(value(connection, "select @@max_connections")).isEqualTo("17");
      assertThat(value(connection, "select @@innodb_flush_log_at_trx_commit")).isEqualTo("1");
      assertThat(value(connection, "select @@tx_isolation")).isEqualTo("REPEATABLE-READ");
      assertThat(value(connection, "select @@bind_address")).isEqualTo("127.0.0.1");
    }
    assertThat(server.data().getParent()).doesNotExist();
  }

  @Test
  void aSettingThatIsRefusedIsInTheError() {
    assertThatThrownBy(() -> MariaDbServer.builder().setting("no_such_setting", "1").start())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no_such_setting");
  }

  @Test
  void aServerEndsWithTheProcessThatStartedItEvenIfThatIsKilled(@TempDir Path tmp)
      throws Exception {
    Path file = tmp.resolve("server");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Starter.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      Awaitility.await().until(() -> Files.exists(file) || !process.isAlive());
      List<String> lines = Files.readAllLines(file);
      ProcessHandle running = ProcessHandle.of(Long.parseLong(lines.get(0))).orElseThrow();
      assertThat(running.isAlive()).isTrue();
      process.destroyForcibly().waitFor();
      Awaitility.await().until(() -> !running.isAlive());
      Awaitility.await().until(() -> !Files.exists(Path.of(lines.get(1)).getParent()));
    } finally {
      process.destroyForcibly();
    }
  }

  /** Another process that starts a server and waits to be killed. */
  static final class Starter {

    public static void main(String[] arguments) throws Exception {
      MariaDbServer server = MariaDbServer.builder().start();
      Path file = Path.of(arguments[0]);
      Path unfinished = file.resolveSibling("unfinished");
      Files.write(unfinished, List.of(String.valueOf(server.pid()), server.data().toString()));
      Files.move(unfinished, file);
      Thread.currentThread().join();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String value(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
