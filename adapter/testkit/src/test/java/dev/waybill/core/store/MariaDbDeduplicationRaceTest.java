package dev.waybill.core.store;

import dev.waybill.testkit.mariadb.SharedMariaDb;

/** Races for deduplication ids on MariaDB. */
class MariaDbDeduplicationRaceTest extends DeduplicationRaceContract {

  private final String url = SharedMariaDb.freshDataSourceUrl();

  @Override
  String url() {
    return url;
  }
}
