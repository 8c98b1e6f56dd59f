package dev.waybill.core.store;

import dev.waybill.testkit.mariadb.SharedMariaDb;

/** The joined path on MariaDB. */
class MariaDbJoinedStoreTest extends JoinedStoreContract {

  private final String url = SharedMariaDb.freshDataSourceUrl();

  @Override
  String url() {
    return url;
  }
}
