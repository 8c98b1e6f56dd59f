package dev.waybill.core.store;

import dev.waybill.testkit.mariadb.SharedMariaDb;

/** Producers that are killed on MariaDB. */
class MariaDbStreamTrafficTest extends StreamTrafficContract {

  private final String url = SharedMariaDb.freshDataSourceUrl();

  @Override
  String url() {
    return url;
  }
}
