package dev.waybill.core.store;

import dev.waybill.testkit.mariadb.SharedMariaDb;

/** Concurrent consumers on MariaDB. */
class MariaDbConcurrentClaimTest extends ConcurrentClaimContract {

  private final String url = SharedMariaDb.freshUrl();

  @Override
  String url() {
    return url;
  }
}
