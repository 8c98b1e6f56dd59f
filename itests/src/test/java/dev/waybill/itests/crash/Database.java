package dev.waybill.itests.crash;

import dev.waybill.itests.audit.BookReader;
import dev.waybill.itests.audit.Books;
import dev.waybill.itests.server.BootCommands;
import dev.waybill.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The queue and the application's tables of one crash test. On the joined path they are one
 * database of one PostgreSQL server, on the xa path each has a server of its own.
 */
final class Database implements AutoCloseable {

  private static final String IN_DOUBT =
      "from wb_branch where state in ('PREPARED', 'COMMITTED_UNRELEASED')";

  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(10);

  private final PostgresPath path;
  private final PostgresServer queue;
  private final ApplicationDatabase application;

  private Database(PostgresPath path, PostgresServer queue, ApplicationDatabase application) {
    this.path = path;
    this.queue = queue;
    this.application = application;
  }

  private interface ApplicationStart {
    ApplicationDatabase start() throws IOException, SQLException;
  }

  /** Starts servers with durable commits; two-phase commit is there only where it is needed. */
  static Database start(PostgresPath path) {
    PostgresServer queue = server(0);
    return path == PostgresPath.JOINED
        ? with(path, queue, () -> PostgresApplication.create(path, queue))
        : with(path, queue, () -> PostgresApplication.create(path, server(200)));
  }

  /** Starts a server for the queue; the application's database is a file of H2. */
  static Database startWithH2(Path directory) {
    return with(PostgresPath.XA, server(0), () -> H2Application.create(directory));
  }

  private static PostgresServer server(int preparedTransactions) {
    try {
      return PostgresServer.builder()
          .setting("max_connections", "300")
          .setting("max_prepared_transactions", Integer.toString(preparedTransactions))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Database with(
      PostgresPath path, PostgresServer queue, ApplicationStart application) {
    try {
      Database database = new Database(path, queue, application.start());
      if (path == PostgresPath.XA) {
        queue.createDatabase(path.queueDatabase());
      }
      return database;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException("The databases cannot be created", e);
    }
  }

  /** What a node does before its services start. */
  BootCommands preBoot(String node, Path transactionLog) {
    return path.preBoot(node, transactionLog);
  }

  /** The application's DataSource and the adapter, for a node. */
  BootCommands postBoot(String node) {
    return path.postBoot(node, application.pool(), queue.port());
  }

  /** The driver of the application's DataSource. */
  Path driver() {
    return application.pool().driver();
  }

  /** Ends all processes of the queue's server by SIGKILL. */
  void kill() {
    try {
      queue.kill();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again after a kill. */
  void restart() {
    try {
      queue.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many deliveries the queue owes, and branches are in doubt, in either database. */
  long unfinished() {
    return owed() + prepared().size();
  }

  /** How many deliveries the queue owes, and branches it has in doubt, all at one moment. */
  long owed() {
    return queueNumber(
        "select (select count(*) from wb_delivery) + (select count(*) " + IN_DOUBT + ")");
  }

  /** The branches that the queue has in doubt. */
  List<String> inDoubt() {
    return texts(this::connectToQueue, "select id " + IN_DOUBT);
  }

  /** The transactions that the application's database holds prepared. */
  List<String> prepared() {
    return texts(application::connect, application.preparedQuery());
  }

  /** How many attempts ended because their lease ran out. */
  long expiredAttempts(String node) {
    return queueNumber(
        "select count(*) from wb_attempt where outcome = 'EXPIRED' and consumer like '"
            + node
            + "/%'");
  }

  /** How many deliveries a node has leased. */
  long leasedBy(String node) {
    return queueNumber(
        "select count(*) from wb_delivery d join wb_lease l on l.token = d.lease_token"
            + " join wb_lease_term t on t.id = l.term_id where t.consumer like '"
            + node
            + "/%'");
  }

  /** Transactions of the application that have done something and are not over. */
  long openTransactions() {
    return number("select count(*) from pg_stat_activity where backend_xid is not null");
  }

  /** How many orders a node has handled. */
  long handledOn(String node) {
    return number("select count(*) from effect where what = 'HANDLED' and node = '" + node + "'");
  }

  /** How many orders a node has handled while its clock was about so much ahead of the database. */
  long handledOn(String node, Duration ahead) {
    return number(
        "select count(*) from effect where what = 'HANDLED' and node = '%s'".formatted(node)
            + " and clock_ahead between %d and %d"
                .formatted(
                    ahead.minus(CLOCK_TOLERANCE).toSeconds(),
                    ahead.plus(CLOCK_TOLERANCE).toSeconds()));
  }

  /** How many orders were handled at another attempt than the first. */
  long handledAgain() {
    return number("select count(*) from effect where what = 'HANDLED' and attempt > 1");
  }

  /** How often something was done. */
  long effects(String what) {
    return number("select count(*) from effect where what = '" + what + "'");
  }

  /** What was done, each an order's number and a word. */
  List<String> effects() {
    return texts(application::connect, "select order_id || ' ' || what from effect");
  }

  private long queueNumber(String query) {
    return Long.parseLong(texts(this::connectToQueue, query).get(0));
  }

  private long number(String query) {
    return Long.parseLong(texts(application::connect, query).get(0));
  }

  /** A connection to the application's database. */
  Connection connectToApplication() throws SQLException {
    return application.connect();
  }

  /** A connection to the queue's, which may be the same. */
  Connection connectToQueue() throws SQLException {
    return DriverManager.getConnection(queue.url(path.queueDatabase()));
  }

  private interface Connecting {
    Connection connect() throws SQLException;
  }

  private static List<String> texts(Connecting database, String query) {
    try (Connection connection = database.connect();
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

  /** Reads the books. */
  Books books() {
    try (Connection books = application.connect();
        Connection queued = connectToQueue()) {
      return BookReader.read(books, queued, application.preparedQuery());
    } catch (SQLException e) {
      throw new IllegalStateException("The books cannot be read", e);
    }
  }

  @Override
  public void close() {
    application.close();
    if (path == PostgresPath.XA) {
      try {
        queue.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
