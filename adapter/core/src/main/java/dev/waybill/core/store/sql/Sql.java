package dev.waybill.core.store.sql;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Runs statements in one transaction: native ones on the hot paths, the {@link EntityManager} for
 * the others. Used by one thread.
 */
public final class Sql {

  /** Providers are told apart by name: the others cannot give their connection away. */
  private static final String ECLIPSELINK = "org.eclipse.persistence.";

  private final EntityManager entityManager;
  private Connection connection;

  Sql(EntityManager entityManager) {
    this.entityManager = entityManager;
  }

  /**
   * For plain JPA in the same transaction, which has its connection then: a query that EclipseLink
   * begins without one it tries three times, five seconds apart, while the database is out of
   * reach.
   */
  public EntityManager entities() {
    direct();
    return entityManager;
  }

  /**
   * Runs a statement that changes rows.
   *
   * @param statement with {@code ?} for each argument
   * @param arguments numbers, strings, booleans, bytes, UUIDs or null
   * @return how many rows changed
   */
  public int update(String statement, Object... arguments) {
    Optional<Connection> direct = direct();
    if (direct.isEmpty()) {
      return query(statement, arguments).executeUpdate();
    }
    try (PreparedStatement prepared = prepare(direct.get(), statement, arguments)) {
      return prepared.executeUpdate();
    } catch (SQLException e) {
      throw new StatementException(e);
    }
  }

  /**
   * Runs a query.
   *
   * @param statement with {@code ?} for each argument
   * @param arguments as for {@link #update}
   * @return its rows
   */
  public List<Row> select(String statement, Object... arguments) {
    Optional<Connection> direct = direct();
    if (direct.isPresent()) {
      return select(direct.get(), statement, arguments);
    }
    List<?> results = query(statement, arguments).getResultList();
    List<Row> rows = new ArrayList<>(results.size());
    for (Object result : results) {
      rows.add(new Row(result instanceof Object[] cells ? cells : new Object[] {result}));
    }
    return rows;
  }

  /** Runs a query that has one row at most. */
  public Optional<Row> selectOne(String statement, Object... arguments) {
    List<Row> rows = select(statement, arguments);
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0));
  }

  /**
   * The arguments of a statement with a list in it.
   *
   * @param leading before the list
   * @param list the values of the list
   */
  public static Object[] arguments(List<?> leading, Collection<?> list) {
    List<Object> all = new ArrayList<>(leading);
    all.addAll(list);
    return all.toArray();
  }

  /** {@code ?,?,?}: as many as there are values in a list. */
  public static String marks(int count) {
    return String.join(",", Collections.nCopies(count, "?"));
  }

  /**
   * The connection of this transaction, where the provider gives it: a native query costs four
   * times as much.
   */
  private Optional<Connection> direct() {
    if (connection == null && entityManager.getClass().getName().startsWith(ECLIPSELINK)) {
      connection = entityManager.unwrap(Connection.class);
    }
    return Optional.ofNullable(connection);
  }

  private static List<Row> select(Connection connection, String statement, Object[] arguments) {
    try (PreparedStatement prepared = prepare(connection, statement, arguments);
        ResultSet results = prepared.executeQuery()) {
      int columns = results.getMetaData().getColumnCount();
      List<Row> rows = new ArrayList<>();
      while (results.next()) {
        Object[] cells = new Object[columns];
        for (int i = 0; i < columns; i++) {
          Object cell = results.getObject(i + 1);
          cells[i] = cell instanceof Blob ? results.getBytes(i + 1) : cell;
        }
        rows.add(new Row(cells));
      }
      return rows;
    } catch (SQLException e) {
      throw new StatementException(e);
    }
  }

  private static PreparedStatement prepare(
      Connection connection, String statement, Object[] arguments) throws SQLException {
    PreparedStatement prepared = connection.prepareStatement(statement);
    try {
      for (int i = 0; i < arguments.length; i++) {
        prepared.setObject(i + 1, arguments[i]);
      }
      return prepared;
    } catch (SQLException e) {
      prepared.close();
      throw e;
    }
  }

  /** A statement failed. */
  private static final class StatementException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StatementException(SQLException cause) {
      super(cause);
    }
  }

  private Query query(String statement, Object[] arguments) {
    Query query = entityManager.createNativeQuery(withNulls(statement, arguments));
    int mark = 0;
    for (Object argument : arguments) {
      if (argument != null) {
        query.setParameter(++mark, argument);
      }
    }
    return query;
  }

  /**
   * Writes nulls out: bound to a native query they are typed as text, which PostgreSQL refuses for
   * columns of other types.
   */
  private static String withNulls(String statement, Object[] arguments) {
    StringBuilder written = new StringBuilder(statement.length());
    int from = 0;
    for (Object argument : arguments) {
      int mark = statement.indexOf('?', from);
      written.append(statement, from, mark).append(argument == null ? "null" : "?");
      from = mark + 1;
    }
    return written.append(statement, from, statement.length()).toString();
  }

  /** Of a query of one UUID column. */
  public List<UUID> selectIds(String statement, Object... arguments) {
    return select(statement, arguments).stream().map(row -> row.uuid(0)).toList();
  }
}
