package dev.waybill.itests.audit;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the books of the application and of the queue. The application's is the table {@code
 * effect}, with a row for each thing that was done about an order and no unique key, which also
 * says by how many seconds the clock of the node was ahead of the database's; a message's text
 * begins with the number of its order and a blank.
 */
public final class BookReader {

  /** The application's table. */
  public static final String EFFECT_TABLE =
      "create table effect (order_id bigint not null, what varchar(20) not null,"
          + " node varchar(40) not null, attempt int not null, clock_ahead bigint not null)";

  private static final String EFFECTS =
      "select order_id, what, count(*) from effect group by order_id, what";
  private static final String QUEUED =
      "select body from wb_message m where branch_key is not null or exists"
          + " (select 1 from wb_delivery d where d.position = m.position)";
  private static final String BRANCHES =
      "select id, state, node_id from wb_branch"
          + " where state in ('PREPARED', 'COMMITTED_UNRELEASED')";
  private static final String COMPLETED_TWICE =
      "select coalesce(sum(n - 1), 0) from (select count(*) as n from wb_attempt"
          + " where outcome = 'COMPLETED' group by message_id, group_id) c where n > 1";

  private BookReader() {}

  /**
   * Reads the books.
   *
   * @param application a connection to the application's database
   * @param queue a connection to the queue's, which may be the same
   * @param prepared a query of the application's database for the branches it holds in doubt,
   *     answering one text a branch
   */
  public static Books read(Connection application, Connection queue, String prepared)
      throws SQLException {
    List<String> inDoubt = new ArrayList<>();
    rows(queue, BRANCHES, row -> inDoubt.add(row.getString(2) + " of " + row.getString(3)));
    rows(application, prepared, row -> inDoubt.add("application: " + row.getString(1)));
    Set<Long> queued = new HashSet<>();
    rows(queue, QUEUED, row -> queued.add(order(row.getBytes(1))));
    List<Long> twice = new ArrayList<>();
    rows(queue, COMPLETED_TWICE, row -> twice.add(row.getLong(1)));
    return new Books(effects(application), queued, inDoubt, twice.get(0));
  }

  private static long order(byte[] body) {
    return Long.parseLong(new String(body, StandardCharsets.UTF_8).split(" ", 2)[0]);
  }

  private static Map<Long, Effects> effects(Connection application) throws SQLException {
    Map<Long, Effects> effects = new HashMap<>();
    rows(
        application,
        EFFECTS,
        row -> {
          long n = row.getLong(3);
          effects.merge(row.getLong(1), one(row.getString(2), n), BookReader::sum);
        });
    return effects;
  }

  private static Effects one(String what, long n) {
    return switch (what) {
      case "PLACED" -> new Effects(n, 0, 0, 0);
      case "HANDLED" -> new Effects(0, n, 0, 0);
      case "SHIPPED" -> new Effects(0, 0, n, 0);
      case "DEAD" -> new Effects(0, 0, 0, n);
      default -> throw new IllegalStateException("The application did \"" + what + "\"");
    };
  }

  private static Effects sum(Effects a, Effects b) {
    return new Effects(
        a.placed() + b.placed(),
        a.handled() + b.handled(),
        a.shipped() + b.shipped(),
        a.dead() + b.dead());
  }

  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  private static void rows(Connection connection, String query, RowReader reader)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        reader.read(rows);
      }
    }
  }
}
