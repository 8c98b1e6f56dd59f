package dev.waybill.core.store;

import dev.waybill.testkit.mariadb.SharedMariaDb;

/** The contract of branches on MariaDB. */
class MariaDbBranchStoreTest extends BranchStoreContract {

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
