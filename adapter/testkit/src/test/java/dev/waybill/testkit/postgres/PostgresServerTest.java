package dev.waybill.testkit.postgres;

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
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {

  @Test
  void whatWasCommittedSurvivesAKillOfAllItsProcesses() throws Exception {
    try (PostgresServer server = PostgresServer.builder().start()) {
      String url = server.createDatabase("orders");
      long pid = server.pid();
      try (Connection connection = DriverManager.getConnection(url)) {
        execute(connection, "create table placed (id int)");
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
      try (Connection connection = DriverManager.getConnection(url)) {
        assertThat(value(connection, "select string_agg(id::text, ',') from placed"))
            .isEqualTo("7");
      }
    }
  }

  @Test
  void settingsAreThoseGivenAndTheRestIsDurable() throws Exception {
    try (PostgresServer server =
            PostgresServer.builder()
                .setting("max_connections", "17")
                .setting("cluster_name", "o'clock")
                .start();
        Connection connection = DriverManager.getConnection(server.url("postgres"))) {
      assertThat(value(connection, "show max_connections")).isEqualTo("17");
      assertThat(value(connection, "show cluster_name")).isEqualTo("o'clock");
      assertThat(value(connection, "show fsync")).isEqualTo("on");
      assertThat(value(connection, "show synchronous_commit")).isEqualTo("on");
      assertThat(value(connection, "show server_encoding")).isEqualTo("UTF8");
      assertThat(value(connection, "show listen_addresses")).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void aSettingThatIsRefusedIsInTheErrorAndNothingStays() {
    assertThatThrownBy(() -> PostgresServer.builder().setting("no_such_setting", "1").start())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no_such_setting");
  }

  @Test
  void aStopEndsItARestartGoesOnAndAClosedServerLeavesNothing() throws Exception {
    PostgresServer server = PostgresServer.builder().setting("fsync", "off").start();
    ProcessHandle first = ProcessHandle.of(server.pid()).orElseThrow();
    server.createDatabase("kept");
    server.stop(StopMode.FAST);
    Awaitility.await().until(() -> !first.isAlive());
    server.start();
    server.restart();
    try (Connection connection = DriverManager.getConnection(server.url("kept"))) {
      assertThat(connection.isValid(5)).isTrue();
    }
    ProcessHandle last = ProcessHandle.of(server.pid()).orElseThrow();
    server.close();
    Awaitility.await().until(() -> !last.isAlive());
    assertThat(server.data()).doesNotExist();
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
      ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(lines.get(0))).orElseThrow();
      assertThat(postmaster.isAlive()).isTrue();
      process.destroyForcibly().waitFor();
      Awaitility.await().until(() -> !postmaster.isAlive());
      Awaitility.await().until(() -> !Files.exists(Path.of(lines.get(1)).getParent()));
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aMissingInstallationIsAnErrorThatSaysHowToGetIt(@TempDir Path empty) {
    assertThatThrownBy(() -> PostgresServer.builder().installedIn(empty).start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(empty.toString())
        .hasMessageContaining("apt-get install postgresql");
  }

  @Test
  void theBinariesAreUnpackedOnceAlsoByThreadsThatRace(@TempDir Path tmp) throws Exception {
    List<Path> homes =
        Stream.of(1, 2).parallel().map(i -> PostgresBinaries.unpackedIn(tmp).bin()).toList();
    assertThat(homes.get(0)).isEqualTo(homes.get(1)).isDirectory();
    try (Stream<Path> entries = Files.list(tmp)) {
      assertThat(entries).hasSize(1);
    }
  }

  /** Another process that starts a server and waits to be killed. */
  static final class Starter {

    public static void main(String[] arguments) throws Exception {
      PostgresServer server = PostgresServer.builder().setting("fsync", "off").start();
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
