package dev.waybill.itests.crash;

import dev.waybill.itests.audit.BookReader;
import dev.waybill.itests.orders.H2File;
import dev.waybill.itests.server.Artifacts;
import dev.waybill.testkit.h2.RecoveringXaDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The application's database in a file of H2. It can be looked at while no node has it open. */
final class H2Application implements ApplicationDatabase {

  private static final String USER = "sa";
  private static final String PASSWORD = "sa";

  private final Path file;

  private H2Application(Path file) {
    this.file = file;
  }

  /** Creates it in a directory. */
  static H2Application create(Path directory) throws SQLException {
    H2Application application = new H2Application(directory.resolve(PostgresPath.APPLICATION));
    try (Connection connection = DriverManager.getConnection(application.url(), USER, PASSWORD);
        Statement statement = connection.createStatement()) {
      statement.execute(BookReader.EFFECT_TABLE);
    }
    return application;
  }

  private String url() {
    return "jdbc:h2:file:" + file + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
  }

  @Override
  public ApplicationPool pool() {
    return new ApplicationPool(
        RecoveringXaDataSource.class.getName(),
        "javax.sql.XADataSource",
        url(),
        USER,
        PASSWORD,
        List.of(),
        Artifacts.testkit());
  }

  @Override
  public Connection connect() {
    return H2File.copyOf(file).connection();
  }

  @Override
  public String preparedQuery() {
    return "select transaction_name from information_schema.in_doubt";
  }

  @Override
  public void close() {
    // a file below the build directory
  }
}
