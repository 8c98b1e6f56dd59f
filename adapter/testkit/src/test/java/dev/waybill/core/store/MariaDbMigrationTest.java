package dev.waybill.core.store;

import dev.waybill.core.store.StoreOptions.Source;
import dev.waybill.testkit.mariadb.MariaDbServer;
import dev.waybill.testkit.mariadb.SharedMariaDb;

/** Several nodes meet an empty MariaDB database at once. */
class MariaDbMigrationTest extends MigrationContract {

  private final String url = SharedMariaDb.freshUrl();

  @Override
  Source source() {
    return new Source.Url(url, MariaDbServer.USER, "", true);
  }

  @Override
  Jdbc jdbc() {
    return new Jdbc(SharedMariaDb.forQueries(url));
  }
}
