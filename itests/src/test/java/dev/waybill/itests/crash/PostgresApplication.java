package dev.waybill.itests.crash;

import dev.waybill.itests.audit.BookReader;
import dev.waybill.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.Driver;

/** The application's database on a PostgreSQL server. */
final class PostgresApplication implements ApplicationDatabase {

  private static final List<String> VALIDATION =
      List.of(
          // a connection that a restart of the database cut is noticed before it is handed out
          "--isconnectvalidatereq=true --validationmethod custom-validation",
          "--validationclassname"
              + " org.glassfish.api.jdbc.validation.PostgresConnectionValidation");

  private final PostgresPath path;
  private final PostgresServer server;

  private PostgresApplication(PostgresPath path, PostgresServer server) {
    this.path = path;
    this.server = server;
  }

  /** Creates it on a server, which is closed with it. */
  static PostgresApplication create(PostgresPath path, PostgresServer server) throws SQLException {
    server.createDatabase(PostgresPath.APPLICATION);
    PostgresApplication application = new PostgresApplication(path, server);
    try (Connection connection = application.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(BookReader.EFFECT_TABLE);
      statement.execute(
          "create table clash (n int, constraint clash_once unique (n) deferrable initially"
              + " deferred)");
      statement.execute("insert into clash values (1)");
    }
    return application;
  }

  @Override
  public ApplicationPool pool() {
    return new ApplicationPool(
        path.dataSourceClass(),
        path.dataSourceType(),
        PostgresPath.url(server.port(), PostgresPath.APPLICATION),
        PostgresServer.USER,
        "none",
        VALIDATION,
        driver());
  }

  private static Path driver() {
    try {
      return Path.of(Driver.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(server.url(PostgresPath.APPLICATION));
  }

  @Override
  public String preparedQuery() {
    return "select gid from pg_prepared_xacts";
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
