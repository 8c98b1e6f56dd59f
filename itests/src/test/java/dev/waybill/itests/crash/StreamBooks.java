package dev.waybill.itests.crash;

import dev.waybill.itests.audit.StreamAudit.Books;
import dev.waybill.itests.audit.StreamAudit.Seen;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The tables of what producers made and the bean saw, and the queue's rows of streams. */
record StreamBooks(Database database) {

  private static final String MADE = "create table made (stream varchar(40), number bigint)";

  private static final String SEEN =
      "create table seen (id bigint generated always as identity, stream varchar(40),"
          + " sequence bigint, number bigint, first_time boolean)";

  private static final String FREE =
      "select 1 from wb_stream where producer_id = ? and branch_key is null"
          + " for update skip locked";

  private static final String NOT_HELD =
      "select 1 from wb_stream where producer_id = ? and not exists (select 1 from wb_branch"
          + " where id = branch_key and state = 'PREPARED') for update skip locked";

  private interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Creates the application's tables. */
  static StreamBooks create(Database database) {
    try (Connection application = database.connectToApplication();
        Statement statement = application.createStatement()) {
      statement.execute(MADE);
      statement.execute(SEEN);
      return new StreamBooks(database);
    } catch (SQLException e) {
      throw new IllegalStateException("The tables cannot be created", e);
    }
  }

  /** Whether no transaction has anything to do with a stream. */
  boolean isFree(DrivenStream stream) {
    return !read(database::connectToQueue, FREE, stream.name(), row -> 1).isEmpty();
  }

  /** Whether a transaction that has sent in a stream is open or in doubt. */
  boolean isHeld(DrivenStream stream) {
    return read(database::connectToQueue, NOT_HELD, stream.name(), row -> 1).isEmpty();
  }

  /** How many messages of streams are not settled. */
  long unsettled() {
    return number("select count(*) from wb_unsettled where producer_id <> ?", "");
  }

  /** All there is of a stream. */
  Books of(DrivenStream stream) {
    String name = stream.name();
    return new Books(
        name,
        number("select last_sequence from wb_stream where producer_id = ?", name),
        stream.confirmed(),
        read(
            database::connectToApplication,
            "select sequence, number, first_time from seen where stream = ? order by id",
            name,
            row -> new Seen(row.getLong(1), row.getLong(2), row.getBoolean(3))),
        read(
            database::connectToApplication,
            "select number from made where stream = ?",
            name,
            row -> row.getLong(1)));
  }

  private long number(String query, String parameter) {
    return read(database::connectToQueue, query, parameter, row -> row.getLong(1)).get(0);
  }

  private interface Connecting {
    Connection connect() throws SQLException;
  }

  private static <T> List<T> read(
      Connecting to, String query, String parameter, RowReader<T> reader) {
    try (Connection connection = to.connect();
        PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, parameter);
      try (ResultSet rows = statement.executeQuery()) {
        List<T> all = new ArrayList<>();
        while (rows.next()) {
          all.add(reader.read(rows));
        }
        return all;
      }
    } catch (SQLException e) {
      throw new IllegalStateException(query + " failed", e);
    }
  }
}
