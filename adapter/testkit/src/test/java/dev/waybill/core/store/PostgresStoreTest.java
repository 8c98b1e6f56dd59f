package dev.waybill.core.store;

import dev.waybill.core.store.StoreOptions.Source;
import dev.waybill.testkit.postgres.SharedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The contract on PostgreSQL. */
class PostgresStoreTest extends StoreContract {

  private final String url = SharedPostgres.freshUrl();
  private final Jdbc jdbc = new Jdbc(url);

  @Override
  Source source() {
    return new Source.Url(url, "postgres", "", true);
  }

  @Override
  long number(String query) {
    return jdbc.number(query);
  }

  @Override
  Connection connect() throws SQLException {
    return jdbc.connect();
  }

  @Override
  List<String> texts(String query) {
    return jdbc.texts(query);
  }
}
