package dev.waybill.testkit.mariadb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/** One server for all tests of a JVM; each test has a database of its own. It ends with the JVM. */
public final class SharedMariaDb {

  private static final AtomicInteger DATABASES = new AtomicInteger();

  private SharedMariaDb() {}

  private static final class Holder {

    static final MariaDbServer SERVER = start();

    private static MariaDbServer start() {
      try {
        return MariaDbServer.builder()
            .setting("innodb_flush_log_at_trx_commit", "0")
            .setting("innodb_doublewrite", "0")
            .setting("max_connections", "300")
            // As on connections of the adapter's own: a test that waits for a lock ends.
            .setting("innodb_lock_wait_timeout", "2")
            .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The JDBC address of a new, empty database, as an adapter is given it. */
  public static String freshUrl() {
    try {
      return Holder.SERVER.createDatabase("d" + DATABASES.incrementAndGet());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same as a DataSource of a server needs it. */
  public static String freshDataSourceUrl() {
    return freshUrl() + "&transactionIsolation=READ-COMMITTED";
  }

  /** An address for queries of tests, which concatenate with {@code ||}. */
  public static String forQueries(String url) {
    return url + "&sessionVariables=sql_mode='PIPES_AS_CONCAT'";
  }
}
