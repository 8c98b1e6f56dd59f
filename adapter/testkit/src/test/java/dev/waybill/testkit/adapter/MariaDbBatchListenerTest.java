package dev.waybill.testkit.adapter;

/** The same with the queue on MariaDB. */
class MariaDbBatchListenerTest extends BatchListenerTest {

  @Override
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path, Databases.Product.MARIADB);
  }
}
