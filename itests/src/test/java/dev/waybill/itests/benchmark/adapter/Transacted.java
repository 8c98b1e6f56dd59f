package dev.waybill.itests.benchmark.adapter;

import dev.waybill.itests.benchmark.work.Item;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** What the application writes through a DataSource of its container. */
final class Transacted {

  private Transacted() {}

  static void book(DataSource dataSource, long message, byte[] body) throws SQLException {
    insert(
        dataSource,
        "insert into ledger (msg_id, amount, created_at) values (?, ?, ?)",
        message,
        body);
  }

  static void place(DataSource dataSource, Item item) throws SQLException {
    insert(
        dataSource,
        "insert into orders (id, amount, created_at) values (?, ?, ?)",
        item.number(),
        item.body());
  }

  private static void insert(DataSource dataSource, String sql, long key, byte[] body)
      throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setLong(1, key);
      insert.setInt(2, Item.amount(body));
      insert.setLong(3, System.currentTimeMillis());
      insert.executeUpdate();
    }
  }

  /** The number in a body that {@link Item} wrote. */
  static long number(String body) {
    int start = body.indexOf("\"order\":") + "\"order\":".length();
    return Long.parseLong(body.substring(start, body.indexOf(',', start)));
  }

  static byte[] bytes(String body) {
    return body.getBytes(StandardCharsets.US_ASCII);
  }

  static String text(Item item) {
    return new String(item.body(), StandardCharsets.US_ASCII);
  }
}
