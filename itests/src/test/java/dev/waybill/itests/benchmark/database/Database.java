package dev.waybill.itests.benchmark.database;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import javax.sql.XADataSource;

/** A database server, or an embedded one, with durable settings. */
public interface Database extends AutoCloseable {

  /** Product and version. */
  String name();

  Product product();

  /** The statements that have more than one form. */
  enum Product {
    POSTGRESQL,
    H2
  }

  /** Another connection. */
  Session open() throws SQLException;

  /** Its driver, for a pool. */
  DataSource driver();

  /** Its XA driver. */
  XADataSource xaDriver();

  /** Another database of the same kind, which lives as long as this one. */
  Database another(String name) throws IOException, SQLException;

  /** Removes all there is and makes the given tables. */
  void reset(List<String> definitions) throws SQLException;

  /** Brings statistics and the log into a known state, outside what is measured. */
  void settle() throws SQLException;

  /** The processor time that its own processes have used. */
  long cpuMicros();

  @Override
  void close() throws IOException, SQLException;
}
