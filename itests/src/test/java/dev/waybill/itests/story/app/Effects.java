package dev.waybill.itests.story.app;

import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Business rows of the test beans: one for each effect, in the caller's transaction. */
@Stateless
public class Effects {

  /** What the tests create before the server starts. */
  public static final String TABLE =
      "create table if not exists effect (name varchar(200) not null, attempt int not null)";

  @Resource(lookup = "jdbc/orders")
  private DataSource database;

  /**
   * Writes a row.
   *
   * @param name which effect
   * @param attempt which attempt of the message wrote it; 0 outside a delivery
   */
  public void add(String name, int attempt) {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("insert into effect (name, attempt) values (?, ?)")) {
      insert.setString(1, name);
      insert.setInt(2, attempt);
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("The effect " + name + " could not be written", e);
    }
  }

  /** How many committed rows an effect has. */
  public long count(String name) {
    return number("select count(*) from effect where name = ?", name);
  }

  /** Which attempt wrote the only row of an effect. */
  public long attempt(String name) {
    return number("select max(attempt) from effect where name = ?", name);
  }

  private long number(String query, String name) {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(query)) {
      select.setString(1, name);
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("The effects " + name + " could not be counted", e);
    }
  }
}
