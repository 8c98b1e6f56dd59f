package dev.waybill.testkit.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** One server for all tests of a JVM; each test has a schema of its own. It ends with the JVM. */
public final class SharedPostgres {

  private static final AtomicInteger SCHEMAS = new AtomicInteger();

  private SharedPostgres() {}

  private static final class Holder {

    static final PostgresServer SERVER = start();

    private static PostgresServer start() {
      try {
        return PostgresServer.builder()
            .setting("fsync", "off")
            .setting("full_page_writes", "off")
            .setting("max_connections", "300")
            .setting("max_prepared_transactions", "0")
            .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The JDBC address of a new, empty schema. */
  public static String freshUrl() {
    String schema = "s" + SCHEMAS.incrementAndGet();
    String url = Holder.SERVER.url("postgres");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("create schema " + schema);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return url + "&currentSchema=" + schema;
  }
}
