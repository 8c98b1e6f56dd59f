package dev.waybill.core.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.store.StoreOptions.Source;
import dev.waybill.core.store.sql.Dialect;
import dev.waybill.core.store.sql.DurableCommits;
import dev.waybill.core.store.sql.GroupSync;
import dev.waybill.core.store.sql.H2File;
import dev.waybill.core.store.sql.NamedDataSource;
import dev.waybill.core.store.sql.Pool;
import dev.waybill.core.store.sql.SqlFailure;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.StringJoiner;
import javax.sql.DataSource;

/**
 * Where our own connections come from, and what is known of the database behind them.
 *
 * @param own connections that are never enlisted when they are used through {@code detached}
 * @param pool the same if it is ours to close
 * @param dialect of the database
 * @param detached where our own commits run
 * @param durable what makes commits durable
 * @param where the database, for messages
 * @param description product, version and place
 * @param file whether it is an embedded file that we close
 * @param risks settings of the database by which commits may be lost, for people; empty if none
 */
record StoreAccess(
    DataSource own,
    Optional<HikariDataSource> pool,
    Dialect dialect,
    Detached detached,
    DurableCommits durable,
    String where,
    String description,
    boolean file,
    String risks)
    implements AutoCloseable {

  static StoreAccess open(StoreOptions options) {
    Source source = options.source();
    if (source instanceof Source.Url url) {
      String where = "url=" + Pool.withoutPassword(url.url());
      Dialect dialect = Dialect.ofUrl(url.url(), where);
      HikariDataSource pool =
          Pool.open(url.url(), url.user(), url.password(), dialect, options.poolSize());
      try {
        return inspect(pool, Optional.of(pool), Detached.here(), where, url.syncOnCommit(), true);
      } catch (RuntimeException e) {
        pool.close();
        throw e;
      }
    }
    if (source instanceof Source.Pooled pooled) {
      String where = "the DataSource \"" + pooled.name() + "\"";
      return inspect(
          pooled.dataSource(),
          Optional.empty(),
          Detached.here(),
          where,
          pooled.syncOnCommit(),
          false);
    }
    Source.Joined joined = (Source.Joined) source;
    return inspect(
        joined.own().orElse(joined.dataSource()),
        Optional.empty(),
        joined.own().isPresent() ? Detached.here() : Detached.on(options.detached()),
        "the DataSource \"" + joined.name() + "\"",
        joined.syncOnCommit(),
        false);
  }

  private static StoreAccess inspect(
      DataSource own,
      Optional<HikariDataSource> pool,
      Detached detached,
      String where,
      boolean syncOnCommit,
      boolean ours) {
    return detached.call(
        () -> {
          try (Connection connection = own.getConnection()) {
            DatabaseMetaData data = connection.getMetaData();
            Dialect dialect = Dialect.ofProduct(data.getDatabaseProductName(), where);
            dialect.requireVersion(
                new Dialect.Version(data.getDatabaseMajorVersion(), data.getDatabaseMinorVersion()),
                data.getDatabaseProductVersion(),
                where);
            String description =
                data.getDatabaseProductName()
                    + " "
                    + data.getDatabaseProductVersion()
                    + " at "
                    + Pool.withoutPassword(String.valueOf(data.getURL()));
            checkIsolation(connection, where);
            boolean file = H2File.isFile(connection);
            DurableCommits durable =
                file
                    ? durableFile(own, detached, connection, syncOnCommit, ours)
                    : DurableCommits.BY_DATABASE;
            String named = ours ? "The adapter's own pool (poolSize)" : "T" + where.substring(1);
            return new StoreAccess(
                new NamedDataSource(own, named),
                pool,
                dialect,
                detached,
                durable,
                where,
                description,
                file && ours,
                risks(connection, dialect));
          } catch (SQLException e) {
            throw new QueueException(
                Kind.UNAVAILABLE,
                "The database of "
                    + where
                    + " does not answer: "
                    + SqlFailure.rootMessage(e)
                    + ". Check that it runs and that the DataSource leads to it.",
                e);
          }
        });
  }

  private static String risks(Connection connection, Dialect dialect) throws SQLException {
    if (dialect.durabilityQuery().isEmpty()) {
      return "";
    }
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(dialect.durabilityQuery().get())) {
      StringJoiner risks = new StringJoiner(", ");
      while (rows.next()) {
        risks.add(rows.getString(1));
      }
      return risks.toString();
    }
  }

  private static void checkIsolation(Connection connection, String where) throws SQLException {
    if (connection.getTransactionIsolation() > Connection.TRANSACTION_READ_COMMITTED) {
      throw new QueueException(
          Kind.INVALID,
          "The transactions of "
              + where
              + " isolate above READ COMMITTED, where claims would see the past and renewals of"
              + " leases would fail. Set the transaction isolation of its pool to read-committed"
              + " (MariaDB has repeatable-read unless it is told otherwise; in a JDBC URL:"
              + " transactionIsolation=READ-COMMITTED).");
    }
  }

  private static DurableCommits durableFile(
      DataSource own, Detached detached, Connection connection, boolean syncOnCommit, boolean ours)
      throws SQLException {
    (ours ? H2File.stopWriteDelay(connection) : H2File.checkWriteDelay(connection))
        .ifPresent(StoreLog::warning);
    if (!syncOnCommit) {
      return DurableCommits.BY_DATABASE;
    }
    Optional<String> refused = H2File.checkSync(connection);
    refused.ifPresent(StoreLog::warning);
    return refused.isPresent()
        ? DurableCommits.BY_DATABASE
        : new GroupSync(
            () ->
                detached.call(
                    () -> {
                      H2File.sync(own);
                      return null;
                    }));
  }

  /**
   * Closes the pool; with its last connection an embedded database closes, and unlocks its file.
   */
  @Override
  public void close() {
    if (pool.isEmpty()) {
      return;
    }
    if (file) {
      try (Connection connection = own.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("set db_close_delay 0");
      } catch (SQLException e) {
        StoreLog.notClosed(where, e);
      }
    }
    pool.get().close();
  }
}
