package dev.waybill.core.store;

import dev.waybill.testkit.mariadb.SharedMariaDb;

/** Ordering keys under traffic on MariaDB. */
class MariaDbKeyTrafficTest extends KeyTrafficContract {

  private final String url = SharedMariaDb.freshDataSourceUrl();

  @Override
  String url() {
    return url;
  }
}
