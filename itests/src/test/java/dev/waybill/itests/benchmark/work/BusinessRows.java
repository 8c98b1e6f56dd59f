package dev.waybill.itests.benchmark.work;

import dev.waybill.itests.benchmark.database.Session;
import java.sql.SQLException;
import java.util.List;

/** What the application itself writes in each atomic unit. */
public final class BusinessRows {

  private static final String BOOK =
      "insert into ledger (msg_id, amount, created_at) values (?, ?, ?)";
  private static final String PLACE =
      "insert into orders (id, amount, created_at) values (?, ?, ?)";

  private BusinessRows() {}

  /** Its tables. */
  public static List<String> tables() {
    return List.of(
        "create table ledger (msg_id bigint primary key, amount int, created_at bigint)",
        "create table orders (id bigint primary key, amount int, created_at bigint)");
  }

  /** What a consumer does. */
  public static void book(Session session, long message, byte[] body) throws SQLException {
    session.update(BOOK, message, Item.amount(body), System.currentTimeMillis());
  }

  /** What a producer does. */
  public static void place(Session session, Item item) throws SQLException {
    session.update(PLACE, item.number(), Item.amount(item.body()), System.currentTimeMillis());
  }
}
