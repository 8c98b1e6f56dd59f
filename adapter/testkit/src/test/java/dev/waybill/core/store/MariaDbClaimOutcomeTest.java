package dev.waybill.core.store;

import dev.waybill.testkit.mariadb.SharedMariaDb;

/** Claims without answer on MariaDB. */
class MariaDbClaimOutcomeTest extends ClaimOutcomeContract {

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
