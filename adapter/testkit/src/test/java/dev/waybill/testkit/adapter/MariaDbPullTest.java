package dev.waybill.testkit.adapter;

/** The same with the queue on MariaDB. */
class MariaDbPullTest extends PullTest {

  @Override
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path, Databases.Product.MARIADB);
  }

  /** See docs/mariadb.md: a settlement waits for its neighbour's rows. */
  @Override
  boolean settlesBesideOpenSettlements() {
    return false;
  }
}
