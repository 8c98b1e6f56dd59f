package dev.waybill.core.store;

import dev.waybill.testkit.mariadb.SharedMariaDb;

/** Streams on MariaDB. */
class MariaDbStreamTest extends StreamContract {

  private final String url = SharedMariaDb.freshDataSourceUrl();

  @Override
  String url() {
    return url;
  }
}
