package dev.waybill.core.store;

import dev.waybill.testkit.mariadb.SharedMariaDb;

/** Ordering keys on MariaDB. */
class MariaDbKeyTest extends KeyContract {

  private final String url = SharedMariaDb.freshDataSourceUrl();

  @Override
  String url() {
    return url;
  }
}
