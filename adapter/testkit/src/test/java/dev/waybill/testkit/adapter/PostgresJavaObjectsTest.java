package dev.waybill.testkit.adapter;

/** The same with the queue on PostgreSQL. */
class PostgresJavaObjectsTest extends JavaObjectsTest {

  @Override
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path, Databases.Product.POSTGRESQL);
  }
}
