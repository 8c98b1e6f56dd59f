package dev.waybill.itests.benchmark.database;

import dev.waybill.itests.benchmark.measure.ProcessTree;
import dev.waybill.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.xa.PGXADataSource;

/** PostgreSQL on loopback with fsync and synchronous_commit on, started for this run. */
public final class PostgresDatabase implements Database {

  private static final Durability BY_DATABASE =
      new Durability() {
        @Override
        public void relax(Session session) throws SQLException {
          session.update("set local synchronous_commit = off");
        }

        @Override
        public void await() {}
      };

  private final PostgresServer server;
  private final String url;
  private final String version;
  private final ProcessTree processes;

  private PostgresDatabase(PostgresServer server, String url) throws SQLException, IOException {
    this.server = server;
    this.url = url;
    this.processes = new ProcessTree(server.pid());
    try (Connection connection = connect()) {
      version = connection.getMetaData().getDatabaseProductVersion();
    }
  }

  /**
   * Starts a server.
   *
   * @param installed a directory of PostgreSQL's programs; empty for those of the class path
   */
  public static PostgresDatabase start(Optional<Path> installed) throws IOException, SQLException {
    PostgresServer.Builder builder =
        PostgresServer.builder()
            .setting("shared_buffers", "1GB")
            .setting("max_wal_size", "4GB")
            .setting("max_prepared_transactions", "64");
    installed.ifPresent(builder::installedIn);
    PostgresServer server = builder.start();
    return new PostgresDatabase(server, server.createDatabase("benchmark"));
  }

  @Override
  public DataSource driver() {
    PGSimpleDataSource driver = new PGSimpleDataSource();
    driver.setUrl(url);
    driver.setUser(PostgresServer.USER);
    return driver;
  }

  @Override
  public XADataSource xaDriver() {
    PGXADataSource driver = new PGXADataSource();
    driver.setUrl(url);
    driver.setUser(PostgresServer.USER);
    return driver;
  }

  @Override
  public Database another(String name) throws IOException, SQLException {
    return new PostgresDatabase(server, server.createDatabase(name));
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        url + (url.contains("?") ? "&" : "?") + "reWriteBatchedInserts=true",
        PostgresServer.USER,
        "");
  }

  @Override
  public String name() {
    return "PostgreSQL " + version;
  }

  @Override
  public Product product() {
    return Product.POSTGRESQL;
  }

  @Override
  public Session open() throws SQLException {
    return new Session(connect(), BY_DATABASE);
  }

  @Override
  public void reset(List<String> definitions) throws SQLException {
    execute(List.of("drop schema public cascade", "create schema public"));
    execute(definitions);
  }

  @Override
  public void settle() throws SQLException {
    execute(List.of("vacuum analyze", "checkpoint"));
  }

  private void execute(List<String> statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Override
  public long cpuMicros() {
    return processes.cpuMicros();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
