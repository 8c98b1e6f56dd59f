package dev.waybill.testkit.mariadb;

import dev.waybill.testkit.process.Commands;
import dev.waybill.testkit.process.Guard;
import dev.waybill.testkit.process.Users;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A real MariaDB server on a free port of the loopback interface, with a data directory of its own.
 * Its programs have to be installed. It ends with this process, however that ends, and its
 * directory goes with it.
 *
 * <p>The default settings are those of MariaDB: a commit is durable, transactions isolate by
 * REPEATABLE READ. The user {@value #USER} has no password and may do everything in the databases
 * that are created here, nothing else.
 *
 * <p>Not safe for use by several threads at once, but for the accessors.
 */
public final class MariaDbServer implements AutoCloseable {

  /** The user of the databases; it has no password. */
  public static final String USER = "waybill";

  private static final int TRIES_FOR_A_PORT = 5;

  // The server starts before signals are ignored: it is to hear them. Only the log of this run says
  // whether it is ready.
  private static final String SCRIPT =
      """
      from=$(cat "$2/log" 2>/dev/null | wc -c)
      "$1" --defaults-file="$2/my.cnf" </dev/null >/dev/null 2>>"$2/log" &
      server=$!
      trap '' INT TERM HUP
      until tail -c "+$((from + 1))" "$2/log" | grep -q 'ready for connections'; do
        kill -0 "$server" 2>/dev/null || { echo failed; exit 1; }
        sleep 0.1
      done
      echo started
      read -r line || {
        kill -KILL "$server"
        wait "$server"
        rm -rf "$2"
      } >/dev/null 2>&1
      """;

  private final MariaDbPrograms programs;
  private final Path home;
  private int port;
  private Guard guard;

  private MariaDbServer(MariaDbPrograms programs, Path home) {
    this.programs = programs;
    this.home = home;
  }

  /** A server still to be configured and started. */
  public static Builder builder() {
    return new Builder();
  }

  /** The JDBC address of one of its databases, user included. */
  public String url(String database) {
    return "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?user=" + USER;
  }

  /** The JDBC address of the user who may do everything, of no database. */
  public String adminUrl() {
    return "jdbc:mariadb://127.0.0.1:" + port + "/?user=root";
  }

  /** The port it listens on at 127.0.0.1, the same after each restart. */
  public int port() {
    return port;
  }

  /** What the server wrote since it was first started. */
  public Path log() {
    return home.resolve("log");
  }

  /** Its data directory. */
  public Path data() {
    return home.resolve("data");
  }

  /**
   * Creates an empty database.
   *
   * @param name lower-case letters, digits and underscores
   * @return its JDBC address
   * @throws SQLException if the server does not run or has a database of that name
   */
  public String createDatabase(String name) throws SQLException {
    if (!name.matches("[a-z_][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException("\"" + name + "\": use a-z, 0-9 and _, at most 63");
    }
    try (Connection connection = DriverManager.getConnection(adminUrl());
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
      statement.execute("grant all privileges on " + name + ".* to " + USER + "@127.0.0.1");
    }
    return url(name);
  }

  /** Whether it was started and not stopped or killed through this object since. */
  public boolean isRunning() {
    return guard != null;
  }

  /**
   * The process id of the server.
   *
   * @throws IOException if it does not run
   */
  public long pid() throws IOException {
    return Long.parseLong(Files.readString(home.resolve("pid")).trim());
  }

  /**
   * Starts it again after a stop or a kill, on the same port with the same data, and returns once
   * it accepts connections. After a kill that includes recovery from its log.
   *
   * @throws IOException if it does not start; the message has the end of its log
   */
  public void start() throws IOException {
    if (guard != null) {
      throw new IllegalStateException("The server runs already");
    }
    Optional<Guard> started = Guard.start(home, SCRIPT, programs.server(), home);
    if (started.isEmpty()) {
      throw new IOException("MariaDB did not start. Its log ends:\n" + Commands.endOf(log()));
    }
    guard = started.get();
  }

  /** Ends it in order, rolling back what is open, and returns once it has ended. */
  public void stop() throws IOException {
    end(ProcessHandle::destroy);
  }

  /**
   * Ends it by SIGKILL and returns once it is gone. What was committed is in the log on the disk;
   * {@link #start()} recovers it.
   */
  public void kill() throws IOException {
    end(ProcessHandle::destroyForcibly);
  }

  /** Stops it if it runs, and starts it. */
  public void restart() throws IOException {
    if (guard != null) {
      stop();
    }
    start();
  }

  /** Ends the server if it runs, and removes its directory. */
  @Override
  public void close() throws IOException {
    if (guard != null) {
      kill();
    }
    Commands.remove(home);
  }

  private void end(java.util.function.Consumer<ProcessHandle> signal) throws IOException {
    if (guard == null) {
      throw new IllegalStateException("The server does not run");
    }
    Optional<ProcessHandle> process = ProcessHandle.of(pid());
    if (process.isPresent()) {
      signal.accept(process.get());
      Commands.awaitEnd(process.get());
    }
    Files.deleteIfExists(home.resolve("pid"));
    Guard ended = guard;
    guard = null;
    ended.release();
  }

  /** Says how a server is to run. */
  public static final class Builder {

    private final Map<String, String> settings = new LinkedHashMap<>();
    private Path installed;

    private Builder() {}

    /**
     * Sets an option of the server, such as {@code max_connections}.
     *
     * @param value as in its option file
     */
    public Builder setting(String name, String value) {
      settings.put(name, value);
      return this;
    }

    /**
     * Uses the programs in a directory instead of those on the PATH.
     *
     * @param bin the directory of mariadb-install-db, my_print_defaults and mariadbd
     */
    public Builder installedIn(Path bin) {
      installed = bin;
      return this;
    }

    /**
     * Creates the data directory, starts the server and returns once it accepts connections.
     *
     * @throws IllegalStateException if MariaDB is not installed; the message says how to install it
     * @throws IOException if it does not start; the message says why
     */
    public MariaDbServer start() throws IOException {
      MariaDbPrograms programs =
          installed == null ? MariaDbPrograms.installed() : MariaDbPrograms.in(List.of(installed));
      Path home = Files.createTempDirectory("waybill-mariadb-data");
      Users.giveToServer(home);
      MariaDbServer server = new MariaDbServer(programs, home);
      try {
        Commands.run(
            home,
            List.of(
                programs.install().toString(),
                "--no-defaults",
                "--datadir=" + server.data(),
                "--auth-root-authentication-method=normal",
                "--skip-test-db"));
        startOnFreePort(server);
        createUser(server);
        return server;
      } catch (IOException e) {
        server.close();
        throw e;
      }
    }

    /** The port may be taken between the look and the start. */
    private void startOnFreePort(MariaDbServer server) throws IOException {
      for (int tries = 1; ; tries++) {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
          server.port = free.getLocalPort();
        }
        writeSettings(server);
        try {
          server.start();
          return;
        } catch (IOException e) {
          if (tries == TRIES_FOR_A_PORT || !e.getMessage().contains("Address already in use")) {
            throw e;
          }
        }
      }
    }

    private static void createUser(MariaDbServer server) throws IOException {
      try (Connection connection = DriverManager.getConnection(server.adminUrl());
          Statement statement = connection.createStatement()) {
        statement.execute("create user " + USER + "@127.0.0.1");
      } catch (SQLException e) {
        throw new IOException(e);
      }
    }

    private void writeSettings(MariaDbServer server) throws IOException {
      StringBuilder lines = new StringBuilder("[mariadbd]\n");
      line(lines, "datadir", server.data().toString());
      line(lines, "bind-address", "127.0.0.1");
      line(lines, "port", String.valueOf(server.port));
      line(lines, "socket", server.home.resolve("socket").toString());
      line(lines, "pid-file", server.home.resolve("pid").toString());
      line(lines, "skip-name-resolve", "1");
      settings.forEach((name, value) -> line(lines, name, value));
      Files.writeString(server.home.resolve("my.cnf"), lines);
    }

    private static void line(StringBuilder lines, String name, String value) {
      lines.append(name).append(" = ").append(value).append('\n');
    }
  }
}
