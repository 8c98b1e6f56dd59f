package dev.waybill.core.store;

import dev.waybill.testkit.mariadb.SharedMariaDb;

/** Batches on MariaDB. */
class MariaDbBatchTest extends BatchContract {

  private final String url = SharedMariaDb.freshDataSourceUrl();

  @Override
  String url() {
    return url;
  }

  @Override
  Jdbc jdbc() {
    return new Jdbc(SharedMariaDb.forQueries(url));
  }
}
