package dev.waybill.core.delivery;

import dev.waybill.testkit.mariadb.SharedMariaDb;

/** A part of the histories on MariaDB. */
class MariaDbModelBasedTest extends DatabaseModelBasedTest {

  private final String url = SharedMariaDb.freshUrl();

  @Override
  String url() {
    return url;
  }

  @Override
  int histories() {
    return 40;
  }
}
