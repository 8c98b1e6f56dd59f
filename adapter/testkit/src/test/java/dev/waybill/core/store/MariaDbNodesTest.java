package dev.waybill.core.store;

import dev.waybill.testkit.mariadb.SharedMariaDb;

/** Several nodes on MariaDB. */
class MariaDbNodesTest extends NodesContract {

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
