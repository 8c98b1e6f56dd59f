package dev.waybill.core.delivery;

import dev.waybill.testkit.mariadb.SharedMariaDb;

/** Waiting on MariaDB. */
class MariaDbSettlementsTest extends SettlementsContract {

  private final String url = SharedMariaDb.freshDataSourceUrl();

  @Override
  String url() {
    return url;
  }
}
