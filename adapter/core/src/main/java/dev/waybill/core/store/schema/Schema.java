package dev.waybill.core.store.schema;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.sql.Dialect;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.SqlFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Brings the schema of one database up to date, or checks that it is. */
public final class Schema {

  private static final int LOCK_TRIES = 60;

  private final DataSource dataSource;
  private final Dialect dialect;
  private final String where;
  private final List<SchemaScript> scripts;

  /**
   * The schema of a database.
   *
   * @param dataSource connections that are not enlisted
   * @param dialect of the database
   * @param where the database, for messages
   */
  public Schema(DataSource dataSource, Dialect dialect, String where) {
    this(dataSource, dialect, where, SchemaScript.of(dialect.scriptFolder()));
  }

  Schema(DataSource dataSource, Dialect dialect, String where, List<SchemaScript> scripts) {
    this.dataSource = dataSource;
    this.dialect = dialect;
    this.where = where;
    this.scripts = scripts;
  }

  /** The SQL of all scripts, for the people who run databases. */
  public static String print(List<SchemaScript> scripts) {
    return scripts.stream()
        .map(script -> "-- " + script.name() + "\n" + script.text())
        .collect(Collectors.joining("\n"));
  }

  /**
   * Applies what is missing, one node at a time.
   *
   * @param clock for the record
   * @param applied told the name of each script that was applied
   */
  public void migrate(StoreClock clock, Consumer<String> applied) {
    // DDL commits on H2, so that the lock is held by a connection of its own.
    try (Connection locker = dataSource.getConnection();
        Connection worker = dataSource.getConnection()) {
      prepareTables(worker);
      locker.setAutoCommit(false);
      try {
        lock(locker);
        for (SchemaScript script : missing(applied(worker))) {
          for (String statement : script.statements()) {
            execute(worker, statement);
          }
          record(worker, script, clock);
          applied.accept(script.name());
        }
      } finally {
        locker.rollback();
        locker.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw new QueueException(
          SqlFailure.of(e, dialect) == SqlFailure.OTHER ? Kind.INTERNAL : Kind.UNAVAILABLE,
          "The schema of the queue in "
              + where
              + " cannot be brought up to date: "
              + SqlFailure.rootMessage(e)
              + ". Give the user the right to create tables and sequences, or have the printed"
              + " schema applied by hand and set schema=validate.",
          e);
    }
  }

  /** Checks that nothing is missing. */
  public void validate() {
    Map<Integer, Applied> found;
    try (Connection connection = dataSource.getConnection()) {
      found = hasRecord(connection) ? applied(connection) : Map.of();
    } catch (SQLException e) {
      throw new QueueException(
          Kind.UNAVAILABLE,
          "The schema of the queue in " + where + " cannot be read: " + SqlFailure.rootMessage(e),
          e);
    }
    List<SchemaScript> missing = missing(found);
    if (!missing.isEmpty()) {
      throw new QueueException(
          Kind.INVALID,
          "The schema of the queue in "
              + where
              + " lacks "
              + missing.stream().map(SchemaScript::name).collect(Collectors.joining(", "))
              + ", and schema=validate changes nothing. Apply the printed schema, or set"
              + " schema=migrate.");
    }
  }

  private record Applied(String name, String checksum) {}

  private List<SchemaScript> missing(Map<Integer, Applied> found) {
    List<SchemaScript> missing = new ArrayList<>();
    for (SchemaScript script : scripts) {
      Applied applied = found.get(script.version());
      if (applied == null) {
        missing.add(script);
      } else if (!applied.checksum().equals(script.checksum())) {
        throw new QueueException(
            Kind.INVALID,
            "The schema of the queue in "
                + where
                + " was made by another "
                + script.name()
                + " than this adapter has (checksum "
                + applied.checksum().substring(0, 12)
                + ", expected "
                + script.checksum().substring(0, 12)
                + "). Deploy the adapter that made it, or use a database of its own.");
      }
    }
    int known = scripts.get(scripts.size() - 1).version();
    found.forEach(
        (version, applied) -> {
          if (version > known) {
            throw new QueueException(
                Kind.INVALID,
                "The schema of the queue in "
                    + where
                    + " is of version "
                    + version
                    + " ("
                    + applied.name()
                    + "), newer than the "
                    + known
                    + " this adapter knows. Deploy the newer adapter.");
          }
        });
    return missing;
  }

  private void prepareTables(Connection connection) throws SQLException {
    for (int tries = 1; ; tries++) {
      try {
        execute(
            connection,
            "create table if not exists wb_schema (version int not null primary key, script"
                + " varchar(200) not null, checksum varchar(64) not null, applied_at bigint not"
                + " null)");
        execute(
            connection, "create table if not exists wb_schema_lock (id int not null primary key)");
        execute(
            connection,
            "insert into wb_schema_lock (id) select 1 where not exists (select 1 from"
                + " wb_schema_lock)");
        return;
      } catch (SQLException e) {
        // Another node creates the same at the same time.
        if (tries >= LOCK_TRIES) {
          throw e;
        }
      }
    }
  }

  private void lock(Connection connection) throws SQLException {
    for (int tries = 1; ; tries++) {
      try {
        execute(connection, "select id from wb_schema_lock where id = 1 for update");
        return;
      } catch (SQLException e) {
        connection.rollback();
        if (tries >= LOCK_TRIES || SqlFailure.of(e, dialect) != SqlFailure.CONTENTION) {
          throw e;
        }
      }
    }
  }

  private static boolean hasRecord(Connection connection) throws SQLException {
    for (String name : List.of("WB_SCHEMA", "wb_schema")) {
      try (ResultSet tables =
          connection
              .getMetaData()
              .getTables(connection.getCatalog(), connection.getSchema(), name, null)) {
        if (tables.next()) {
          return true;
        }
      }
    }
    return false;
  }

  private static Map<Integer, Applied> applied(Connection connection) throws SQLException {
    Map<Integer, Applied> found = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("select version, script, checksum from wb_schema")) {
      while (rows.next()) {
        found.put(rows.getInt(1), new Applied(rows.getString(2), rows.getString(3)));
      }
    }
    return found;
  }

  private static void record(Connection connection, SchemaScript script, StoreClock clock)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into wb_schema (version, script, checksum, applied_at) values (?, ?, ?, ?)")) {
      insert.setInt(1, script.version());
      insert.setString(2, script.name());
      insert.setString(3, script.checksum());
      insert.setLong(4, Micros.of(clock.now()));
      insert.executeUpdate();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
