package dev.waybill.testkit.adapter;

/** The same with PostgreSQL. */
class PostgresOrderingLoadTest extends OrderingLoadTest {

  @Override
  Databases databases() throws Exception {
    return new Databases(CommitPath.JOINED, Databases.Product.POSTGRESQL);
  }
}
