package dev.waybill.itests.benchmark.database;

import java.sql.SQLException;

/** How a database is made to keep what it has reported as committed. */
interface Durability {

  /** Called at the start of a transaction that need not be kept. */
  void relax(Session session) throws SQLException;

  /** Called after a commit; returns once it is on disk. */
  void await();
}
