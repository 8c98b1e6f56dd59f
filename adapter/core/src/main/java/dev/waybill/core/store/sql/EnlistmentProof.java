package dev.waybill.core.store.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Proves by visibility that a connection is enlisted although its auto-commit flag reads true (on
 * Open Liberty it always does): a row written on it must be invisible to another connection (rule
 * C14). Done once.
 */
public final class EnlistmentProof {

  private final Predicate<UUID> visibleElsewhere;
  private volatile boolean proven;

  /**
   * A proof that is yet to be made.
   *
   * @param visibleElsewhere whether a second, independent connection sees the row with this key
   */
  public EnlistmentProof(Predicate<UUID> visibleElsewhere) {
    this.visibleElsewhere = visibleElsewhere;
  }

  boolean isEnlisted(Connection connection) throws SQLException {
    if (proven) {
      return true;
    }
    UUID key = UUID.randomUUID();
    write(connection, "insert into wb_probe (id) values (?)", key);
    boolean enlisted = !visibleElsewhere.test(key);
    write(connection, "delete from wb_probe where id = ?", key);
    proven = enlisted;
    return enlisted;
  }

  private static void write(Connection connection, String statement, UUID key) throws SQLException {
    try (PreparedStatement prepared = connection.prepareStatement(statement)) {
      prepared.setObject(1, key);
      prepared.executeUpdate();
    }
  }
}
