package dev.waybill.core.store.sql;

import dev.waybill.core.branch.NotDurableException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;

/** What makes commits of an H2 file database survive a kill and a power failure. */
public final class H2File {

  private static final String NO_DELAY_FIX =
      "Run \"SET WRITE_DELAY 0\" on that database as an administrator, or give its URL"
          + " WRITE_DELAY=0.";

  private static final int TRIES = 4;

  private H2File() {}

  /** Whether a connection leads to a file (a database in memory has nothing to lose). */
  public static boolean isFile(Connection connection) throws SQLException {
    return connection.getMetaData().getDatabaseProductName().equals("H2")
        && query(connection, "call database_path()") != null;
  }

  /**
   * Turns the write delay off: with it, a kill loses commits that were reported.
   *
   * @return a warning with the fix if that is not allowed
   */
  public static Optional<String> stopWriteDelay(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("set write_delay 0");
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(
          "The write delay of the queue's H2 database cannot be turned off ("
              + SqlFailure.rootMessage(e)
              + "): a killed server loses the last commits. "
              + NO_DELAY_FIX);
    }
  }

  /**
   * Looks whether the database of an application writes its commits at once.
   *
   * @return a warning with the fix if not
   */
  public static Optional<String> checkWriteDelay(Connection connection) throws SQLException {
    String delay =
        query(
            connection,
            "select setting_value from information_schema.settings"
                + " where setting_name = 'WRITE_DELAY'");
    if (delay == null || delay.equals("0")) {
      return Optional.empty();
    }
    return Optional.of(
        "The H2 database of the queue delays its writes by "
            + delay
            + " ms: a killed server loses commits it has reported. "
            + NO_DELAY_FIX);
  }

  /**
   * Looks whether we may force commits to disk.
   *
   * @return a warning with the fix if not
   */
  public static Optional<String> checkSync(Connection connection) {
    try {
      sync(connection);
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(
          "Commits of the queue's H2 database cannot be forced to disk ("
              + SqlFailure.rootMessage(e)
              + "): a power failure may lose the last ones. Give the user of that DataSource the"
              + " ADMIN right (ALTER USER … ADMIN TRUE), or set syncOnCommit=false.");
    }
  }

  /**
   * Forces everything that is committed to disk. A failure is tried again a few times: the COMMIT
   * before it cannot be taken back. A pool without a connection waits by itself.
   *
   * @throws NotDurableException if no try works
   */
  public static void sync(DataSource dataSource) {
    SQLException failure = null;
    for (int tries = 0; tries < TRIES; tries++) {
      try (Connection connection = dataSource.getConnection()) {
        sync(connection);
        return;
      } catch (SQLException e) {
        failure = e;
      }
    }
    throw new NotDurableException(
        "The work is committed, not yet durable: the queue's H2 database could not force it to disk"
            + " ("
            + SqlFailure.rootMessage(failure)
            + "). Do not repeat it; a power failure before the next sync may lose it. Check the disk.",
        failure);
  }

  private static void sync(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("checkpoint sync");
    }
  }

  private static String query(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next() ? rows.getString(1) : null;
    }
  }
}
