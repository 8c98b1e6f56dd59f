package dev.waybill.itests.crash;

import dev.waybill.itests.audit.BookReader;
import dev.waybill.itests.audit.Books;
import dev.waybill.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The PostgreSQL server of one crash test, with the application's tables in it. */
final class Database implements AutoCloseable {

  private static final String PREPARED = "select gid from pg_prepared_xacts";

  private final PostgresPath path;
  private final PostgresServer server;

  private Database(PostgresPath path, PostgresServer server) {
    this.path = path;
    this.server = server;
  }

  /** Starts a server with durable commits; two-phase commit is there only where it is needed. */
  static Database start(PostgresPath path) {
    try {
      PostgresServer.Builder builder =
          PostgresServer.builder()
              .setting("max_connections", "300")
              .setting("max_prepared_transactions", path == PostgresPath.XA ? "200" : "0");
      Database database = new Database(path, builder.start());
      database.create();
      return database;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException("The databases cannot be created", e);
    }
  }

  private void create() throws SQLException {
    server.createDatabase(PostgresPath.APPLICATION);
    if (path == PostgresPath.XA) {
      server.createDatabase(path.queueDatabase());
    }
    try (Connection connection = connect(PostgresPath.APPLICATION);
        Statement statement = connection.createStatement()) {
      statement.execute(BookReader.EFFECT_TABLE);
      statement.execute(
          "create table clash (n int, constraint clash_once unique (n) deferrable initially"
              + " deferred)");
      statement.execute("insert into clash values (1)");
    }
  }

  private Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(server.url(database));
  }

  int port() {
    return server.port();
  }

  /** Ends all its processes by SIGKILL. */
  void kill() {
    try {
      server.kill();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again after a kill. */
  void restart() {
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many deliveries the queue owes, and branches are in doubt. */
  long unfinished() {
    return queueNumber("select count(*) from wb_delivery")
        + queueNumber(
            "select count(*) from wb_branch where state in ('PREPARED', 'COMMITTED_UNRELEASED')")
        + queueNumber("select count(*) from pg_prepared_xacts");
  }

  /** How many attempts ended because their lease ran out. */
  long expiredAttempts() {
    return queueNumber("select count(*) from wb_attempt where outcome = 'EXPIRED'");
  }

  /** Transactions of the application that have done something and are not over. */
  long openTransactions() {
    return number(
        PostgresPath.APPLICATION,
        "select count(*) from pg_stat_activity where backend_xid is not null");
  }

  /** How many orders a node has handled. */
  long handledOn(String node) {
    return number(
        PostgresPath.APPLICATION,
        "select count(*) from effect where what = 'HANDLED' and node = '" + node + "'");
  }

  /** How many orders were handled at another attempt than the first. */
  long handledAgain() {
    return number(
        PostgresPath.APPLICATION,
        "select count(*) from effect where what = 'HANDLED' and attempt > 1");
  }

  /** How often something was done. */
  long effects(String what) {
    return number(
        PostgresPath.APPLICATION, "select count(*) from effect where what = '" + what + "'");
  }

  private long queueNumber(String query) {
    return number(path.queueDatabase(), query);
  }

  private long number(String database, String query) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(query + " failed", e);
    }
  }

  /** Reads the books. */
  Books books() {
    try (Connection application = connect(PostgresPath.APPLICATION);
        Connection queue = connect(path.queueDatabase())) {
      return BookReader.read(application, queue, PREPARED);
    } catch (SQLException e) {
      throw new IllegalStateException("The books cannot be read", e);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
