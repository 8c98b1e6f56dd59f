package dev.waybill.itests.crash.app;

import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import javax.sql.DataSource;

/** The rows that say what was done about an order, in the caller's transaction. */
@Stateless
public class EffectTable {

  private static final String INSERT =
      "insert into effect (order_id, what, node, attempt, clock_ahead) values (?, ?, ?, ?,"
          + " cast(? as bigint) - cast(extract(epoch from current_timestamp) as bigint))";
  private static final String NODE = System.getProperty("crash.node", "");

  @Resource(lookup = "jdbc/orders")
  private DataSource orders;

  /** Says that something was done. */
  public void record(long order, String what, int attempt) {
    try (Connection connection = orders.getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setLong(1, order);
      insert.setString(2, what);
      insert.setString(3, NODE);
      insert.setInt(4, attempt);
      insert.setLong(5, Instant.now().getEpochSecond());
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("Order " + order + " cannot be " + what, e);
    }
  }

  /** Makes the database refuse the transaction when it is to be prepared or committed. */
  public void clash() {
    try (Connection connection = orders.getConnection();
        PreparedStatement insert = connection.prepareStatement("insert into clash values (1)")) {
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("No clash", e);
    }
  }
}
