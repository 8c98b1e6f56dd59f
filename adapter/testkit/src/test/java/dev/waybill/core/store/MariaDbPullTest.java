package dev.waybill.core.store;

import dev.waybill.testkit.mariadb.SharedMariaDb;

/** Leases settled by their keys on MariaDB. */
class MariaDbPullTest extends PullContract {

  private final String url = SharedMariaDb.freshDataSourceUrl();

  @Override
  String url() {
    return url;
  }
}
