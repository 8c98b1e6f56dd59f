package dev.waybill.itests.crash;

import java.sql.Connection;
import java.sql.SQLException;

/** The application's database of a crash test, with its tables. */
interface ApplicationDatabase extends AutoCloseable {

  /** How a node gets at it. */
  ApplicationPool pool();

  /** A connection to look at it. */
  Connection connect() throws SQLException;

  /** A query for the transactions it holds prepared, one text each. */
  String preparedQuery();

  @Override
  void close();
}
