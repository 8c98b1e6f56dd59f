package dev.waybill.core.store;

import dev.waybill.core.store.StoreOptions.Source;
import dev.waybill.testkit.mariadb.MariaDbServer;
import dev.waybill.testkit.mariadb.SharedMariaDb;
import java.util.List;

/** The contract on MariaDB. */
class MariaDbStoreTest extends StoreContract {

  private final String url = SharedMariaDb.freshUrl();
  private final Jdbc jdbc = new Jdbc(SharedMariaDb.forQueries(url));

  @Override
  Source source() {
    return new Source.Url(url, MariaDbServer.USER, "", true);
  }

  @Override
  long number(String query) {
    return jdbc.number(query);
  }

  @Override
  List<String> texts(String query) {
    return jdbc.texts(query);
  }
}
