package dev.waybill.testkit.adapter;

/** The same with the queue on MariaDB. */
class MariaDbPullConsumerTest extends PullConsumerTest {

  @Override
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path, Databases.Product.MARIADB);
  }

  /** See docs/mariadb.md: a claim waits for rows that it only passes. */
  @Override
  boolean claimsBesideOpenSettlements() {
    return false;
  }
}
