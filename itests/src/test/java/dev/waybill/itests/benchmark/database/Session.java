package dev.waybill.itests.benchmark.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One connection, auto-commit off, with its prepared statements. For one thread. */
public final class Session implements AutoCloseable {

  private static final int BATCH = 500;

  private final Connection connection;
  private final Durability durability;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Session(Connection connection, Durability durability) throws SQLException {
    this.connection = connection;
    this.durability = durability;
    connection.setAutoCommit(false);
  }

  /** Reads one row. */
  @FunctionalInterface
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  public int update(String sql, Object... arguments) throws SQLException {
    return bind(sql, arguments).executeUpdate();
  }

  public <T> List<T> select(String sql, RowReader<T> reader, Object... arguments)
      throws SQLException {
    List<T> read = new ArrayList<>();
    try (ResultSet rows = bind(sql, arguments).executeQuery()) {
      while (rows.next()) {
        read.add(reader.read(rows));
      }
    }
    return read;
  }

  public long number(String sql, Object... arguments) throws SQLException {
    return select(sql, row -> row.getLong(1), arguments).get(0);
  }

  /** Writes many rows with one statement text. */
  public void batch(String sql, Iterable<Object[]> rows) throws SQLException {
    PreparedStatement statement = prepare(sql);
    int pending = 0;
    for (Object[] row : rows) {
      set(statement, row);
      statement.addBatch();
      if (++pending == BATCH) {
        statement.executeBatch();
        pending = 0;
      }
    }
    if (pending > 0) {
      statement.executeBatch();
    }
  }

  /** Keys as an argument. */
  public Object array(List<Long> keys) throws SQLException {
    return connection.createArrayOf("bigint", keys.toArray());
  }

  /** As many question marks as there are keys. */
  public static String marks(int count) {
    return "?" + ", ?".repeat(count - 1);
  }

  private PreparedStatement bind(String sql, Object[] arguments) throws SQLException {
    PreparedStatement statement = prepare(sql);
    set(statement, arguments);
    return statement;
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    PreparedStatement known = prepared.get(sql);
    if (known == null) {
      known = connection.prepareStatement(sql);
      prepared.put(sql, known);
    }
    return known;
  }

  private static void set(PreparedStatement statement, Object[] arguments) throws SQLException {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] instanceof byte[] bytes) {
        statement.setBytes(i + 1, bytes);
      } else {
        statement.setObject(i + 1, arguments[i]);
      }
    }
  }

  /** Begins a transaction that may be lost in a crash, although its commit was reported. */
  public void beginRelaxed() throws SQLException {
    durability.relax(this);
  }

  /** Commits; the database decides when it is on disk. */
  public void commitRelaxed() throws SQLException {
    connection.commit();
  }

  /** Commits, and returns once that is on disk. */
  public void commit() throws SQLException {
    connection.commit();
    durability.await();
  }

  public void rollback() throws SQLException {
    connection.rollback();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
