package dev.waybill.itests.crash.streams;

import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** What producers made and what the bean saw: rows of the caller's transaction. */
@Stateless
@TransactionAttribute(TransactionAttributeType.MANDATORY)
public class EntryTables {

  @Resource(lookup = "jdbc/orders")
  private DataSource orders;

  /** A producer has something to tell. */
  public void made(String stream, long number) {
    insert("insert into made (stream, number) values (?, ?)", stream, number);
  }

  /**
   * The bean got a message.
   *
   * @param sequence the message's
   * @param number what its producer says
   * @param firstTime what the watermark says
   */
  public void seen(String stream, long sequence, long number, boolean firstTime) {
    insert(
        "insert into seen (stream, sequence, number, first_time) values (?, ?, ?, ?)",
        stream,
        sequence,
        number,
        firstTime);
  }

  private void insert(String sql, Object... values) {
    try (Connection connection = orders.getConnection();
        PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        insert.setObject(i + 1, values[i]);
      }
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(sql + " failed", e);
    }
  }
}
