package dev.waybill.itests.benchmark.form;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** A physical form of delivery and lease: its rows, and what claims and settles. */
interface Form {

  String name();

  /** Whether a claim's row covers several messages and has to be removed when all are over. */
  boolean hasBlocks();

  /** The tables beside those that all forms share. */
  List<String> tables(Database.Product product);

  /**
   * Leases what is first in the order of claims.
   *
   * @param session in a new transaction; the caller commits
   * @param fromRank where the scan begins
   * @param count how many at most
   * @param now the time in microseconds
   */
  List<Claimed> claim(Session session, long fromRank, int count, long now) throws SQLException;

  /**
   * Ends a lease: removes the delivery, and what else belongs to it.
   *
   * @param session in the consumer's transaction
   * @param now the time in microseconds
   * @return whether the lease was still held
   */
  boolean settle(Session session, Claimed claimed, long now) throws SQLException;

  /** Removes the rows of blocks whose messages are all over. */
  default void removeBlocks(Session session, List<UUID> ended) throws SQLException {
    session.update(
        "delete from wb_lease where token in (" + Session.marks(ended.size()) + ")",
        ended.toArray());
  }
}
