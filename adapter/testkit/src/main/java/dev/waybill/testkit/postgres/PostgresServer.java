package dev.waybill.testkit.postgres;

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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A real PostgreSQL server on a free port of the loopback interface, with a data directory of its
 * own. It needs nothing installed: the programs come from the class path. It ends with this
 * process, however that ends, and its directory goes with it.
 *
 * <p>The default settings are those of PostgreSQL: a commit is durable. Every connection from the
 * loopback interface is trusted; the only role is {@value #USER}.
 *
 * <p>Not safe for use by several threads at once, but for the accessors.
 */
public final class PostgresServer implements AutoCloseable {

  /** The role that owns everything; it has no password. */
  public static final String USER = "postgres";

  private static final int TRIES_FOR_A_PORT = 5;

  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      "$1/pg_ctl" -D "$2/data" -l "$2/log" -w -t 120 start >/dev/null || { echo failed; exit 1; }
      echo started
      read -r line || {
        "$1/pg_ctl" -D "$2/data" -m immediate -t 60 stop
        rm -rf "$2"
      } >/dev/null 2>&1
      """;

  private final PostgresBinaries binaries;
  private final Path home;
  private int port;
  private Guard guard;

  private PostgresServer(PostgresBinaries binaries, Path home) {
    this.binaries = binaries;
    this.home = home;
  }

  /** A server still to be configured and started. */
  public static Builder builder() {
    return new Builder();
  }

  /** The JDBC address of one of its databases, role included. */
  public String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=" + USER;
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
    try (Connection connection = DriverManager.getConnection(url(USER));
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
    }
    return url(name);
  }

  /** Whether it was started and not stopped or killed through this object since. */
  public boolean isRunning() {
    return guard != null;
  }

  /**
   * The process id of the postmaster.
   *
   * @throws IOException if the server does not run
   */
  public long pid() throws IOException {
    return Long.parseLong(Files.readAllLines(data().resolve("postmaster.pid")).get(0).trim());
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
    Optional<Guard> started = Guard.start(home, SCRIPT, binaries.bin(), home);
    if (started.isEmpty()) {
      throw new IOException("PostgreSQL did not start. Its log ends:\n" + Commands.endOf(log()));
    }
    guard = started.get();
  }

  /**
   * Stops it and returns once it has stopped.
   *
   * @throws IOException if it has not stopped after a minute
   */
  public void stop(StopMode mode) throws IOException {
    if (guard == null) {
      throw new IllegalStateException("The server does not run");
    }
    Commands.run(
        home,
        List.of(
            binaries.bin().resolve("pg_ctl").toString(),
            "-D",
            data().toString(),
            "-m",
            mode.argument(),
            "-w",
            "-t",
            "60",
            "stop"));
    letGo();
  }

  /**
   * Ends the postmaster and all its children by SIGKILL and returns once they are gone. What was
   * committed is in the log on the disk; {@link #start()} recovers it.
   */
  public void kill() throws IOException {
    ProcessHandle postmaster =
        ProcessHandle.of(pid()).orElseThrow(() -> new IOException("The server does not run"));
    List<ProcessHandle> processes = new ArrayList<>();
    processes.add(postmaster);
    processes.addAll(postmaster.descendants().toList());
    processes.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle process : processes) {
      Commands.awaitEnd(process);
    }
    Files.deleteIfExists(data().resolve("postmaster.pid"));
    letGo();
  }

  /** Stops it (fast) if it runs, and starts it. */
  public void restart() throws IOException {
    if (guard != null) {
      stop(StopMode.FAST);
    }
    start();
  }

  /** Ends the server if it runs, and removes its directory. */
  @Override
  public void close() throws IOException {
    if (guard != null) {
      stop(StopMode.IMMEDIATE);
    }
    Commands.remove(home);
  }

  private void letGo() throws IOException {
    Guard ended = guard;
    guard = null;
    if (ended != null) {
      ended.release();
    }
  }

  /** Says how a server is to run. */
  public static final class Builder {

    private final Map<String, String> settings = new LinkedHashMap<>();
    private Path installed;

    private Builder() {}

    /**
     * Sets a parameter of postgresql.conf, such as {@code fsync} or {@code max_connections}.
     *
     * @param value as text; quotes are added
     */
    public Builder setting(String name, String value) {
      settings.put(name, value);
      return this;
    }

    /**
     * Uses an installed PostgreSQL instead of the one on the class path.
     *
     * @param bin the directory of initdb, pg_ctl and postgres, on Debian {@code
     *     /usr/lib/postgresql/15/bin}
     */
    public Builder installedIn(Path bin) {
      installed = bin;
      return this;
    }

    /**
     * Creates the data directory (UTF-8, C locale), starts the server and returns once it accepts
     * connections.
     *
     * @throws IllegalStateException if there is no PostgreSQL to run; the message says how to get
     *     one
     * @throws IOException if it does not start; the message says why
     */
    public PostgresServer start() throws IOException {
      PostgresBinaries binaries =
          installed == null ? PostgresBinaries.unpacked() : PostgresBinaries.installed(installed);
      Path home = Files.createTempDirectory("waybill-postgres-data");
      Users.giveToServer(home);
      PostgresServer server = new PostgresServer(binaries, home);
      try {
        Commands.run(
            home,
            List.of(
                binaries.bin().resolve("initdb").toString(),
                "-D",
                server.data().toString(),
                "-U",
                USER,
                "-E",
                "UTF8",
                "--locale=C",
                "-A",
                "trust",
                "--no-sync"));
        startOnFreePort(server);
        return server;
      } catch (IOException e) {
        Commands.remove(home);
        throw e;
      }
    }

    /** The port may be taken between the look and the start. */
    private void startOnFreePort(PostgresServer server) throws IOException {
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

    private void writeSettings(PostgresServer server) throws IOException {
      StringBuilder lines = new StringBuilder();
      line(lines, "listen_addresses", "127.0.0.1");
      line(lines, "unix_socket_directories", "");
      line(lines, "port", String.valueOf(server.port));
      settings.forEach((name, value) -> line(lines, name, value));
      Files.writeString(server.data().resolve("postgresql.auto.conf"), lines);
    }

    private static void line(StringBuilder lines, String name, String value) {
      lines.append(name).append(" = '").append(value.replace("'", "''")).append("'\n");
    }
  }
}
