package dev.waybill.itests.orders;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A copy of an H2 database that no server has open: looking at it changes nothing of what the next
 * server finds.
 */
public final class H2File implements AutoCloseable {

  private static final String SUFFIX = ".mv.db";

  private final Connection connection;
  private final Path database;

  private H2File(Connection connection, Path database) {
    this.connection = connection;
    this.database = database;
  }

  /**
   * Opens a copy.
   *
   * @param database the database's file without its suffix; its server must not run
   */
  public static H2File copyOf(Path database) {
    Path copy = database.resolveSibling("copy-of-" + database.getFileName());
    try {
      Files.copy(withSuffix(database), withSuffix(copy), StandardCopyOption.REPLACE_EXISTING);
      return new H2File(DriverManager.getConnection("jdbc:h2:file:" + copy, "sa", "sa"), database);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot copy " + withSuffix(database), e);
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot open " + withSuffix(copy), e);
    }
  }

  private static Path withSuffix(Path database) {
    return database.resolveSibling(database.getFileName() + SUFFIX);
  }

  /** The connection to the copy; who closes it needs not close this. */
  public Connection connection() {
    return connection;
  }

  /**
   * The single number a query answers.
   *
   * @param query answers one row with one number
   */
  public long number(String query) {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(query + " failed on a copy of " + database, e);
    }
  }

  /** How many rows a table has, with a condition. */
  public long count(String tableAndCondition) {
    return number("select count(*) from " + tableAndCondition);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot close the copy of " + database, e);
    }
  }
}
