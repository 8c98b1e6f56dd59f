package dev.waybill.testkit.outage;

import dev.waybill.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A primary with a streaming replica that confirms each commit. The replica is made with the tools
 * of an installed PostgreSQL and ends with this object.
 */
final class Replicated implements AutoCloseable {

  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
  private static final int OLDEST = 15;

  private final Path bin;
  private final PostgresServer primary;
  private final Path home;
  private final int replicaPort;

  private Replicated(Path bin, PostgresServer primary, Path home, int replicaPort) {
    this.bin = bin;
    this.primary = primary;
    this.home = home;
    this.replicaPort = replicaPort;
  }

  static Replicated start() throws IOException, SQLException {
    Path bin = newest();
    PostgresServer primary =
        PostgresServer.builder()
            .installedIn(bin)
            .setting("wal_level", "replica")
            .setting("max_wal_senders", "5")
            .start();
    Path home = Files.createTempDirectory("waybill-replica");
    give(home);
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Replicated pair = new Replicated(bin, primary, home, port);
    pair.startReplica();
    Shop.execute(
        primary.url("postgres"), "alter system set synchronous_standby_names = '1 (replica)'");
    Shop.execute(primary.url("postgres"), "select pg_reload_conf()");
    return pair;
  }

  private void startReplica() throws IOException {
    Path data = home.resolve("data");
    run(
        "pg_basebackup",
        "-D",
        data.toString(),
        "-R",
        "-X",
        "stream",
        "-c",
        "fast",
        "-d",
        "host=127.0.0.1 port="
            + primary.port()
            + " user="
            + PostgresServer.USER
            + " application_name=replica");
    // The backup brought the primary's own settings along; the last line counts.
    Files.writeString(
        data.resolve("postgresql.auto.conf"),
        Files.readString(data.resolve("postgresql.auto.conf"))
            + "port = '"
            + replicaPort
            + "'\nsynchronous_standby_names = ''\n");
    run("pg_ctl", "-D", data.toString(), "-l", home.resolve("log").toString(), "-w", "start");
  }

  PostgresServer primary() {
    return primary;
  }

  /** The address of a database on whichever of both is the primary. */
  String url(String database) {
    return "jdbc:postgresql://127.0.0.1:"
        + primary.port()
        + ",127.0.0.1:"
        + replicaPort
        + "/"
        + database
        + "?user="
        + PostgresServer.USER
        + "&targetServerType=primary&connectTimeout=2&hostRecheckSeconds=1";
  }

  void promote() throws IOException {
    run("pg_ctl", "-D", home.resolve("data").toString(), "-w", "promote");
  }

  /** The programs of the newest version that Debian's packages have brought. */
  private static Path newest() throws IOException {
    if (Files.isDirectory(VERSIONS)) {
      try (Stream<Path> versions = Files.list(VERSIONS)) {
        Optional<Path> newest =
            versions
                .filter(version -> version.getFileName().toString().matches("[0-9]+"))
                .filter(version -> number(version) >= OLDEST)
                .max(Comparator.comparingInt(Replicated::number))
                .map(version -> version.resolve("bin"))
                .filter(bin -> Files.isExecutable(bin.resolve("pg_basebackup")));
        if (newest.isPresent()) {
          return newest.get();
        }
      }
    }
    throw new IllegalStateException(
        "No pg_basebackup of version "
            + OLDEST
            + " or later below "
            + VERSIONS
            + ": apt-get install postgresql brings it");
  }

  private static int number(Path version) {
    return Integer.parseInt(version.getFileName().toString());
  }

  private static void give(Path directory) throws IOException {
    if ((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0) {
      Files.setAttribute(directory, "unix:gid", 65534);
      Files.setAttribute(directory, "unix:uid", 65534);
    }
  }

  private void run(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if ((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0) {
      command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"));
    }
    command.add(bin.resolve(program).toString());
    command.addAll(List.of(arguments));
    Path output = home.resolve(program + ".out");
    Process process =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(
            program + " failed:\n" + Files.readString(output, StandardCharsets.UTF_8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    run("pg_ctl", "-D", home.resolve("data").toString(), "-m", "immediate", "-w", "stop");
    primary.close();
    try (Stream<Path> paths = Files.walk(home)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
