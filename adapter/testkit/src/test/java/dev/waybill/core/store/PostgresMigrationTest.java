package dev.waybill.core.store;

import dev.waybill.core.store.StoreOptions.Source;
import dev.waybill.testkit.postgres.SharedPostgres;

/** Several nodes meet an empty PostgreSQL database at once. */
class PostgresMigrationTest extends MigrationContract {

  private final String url = SharedPostgres.freshUrl();

  @Override
  Source source() {
    return new Source.Url(url, "postgres", "", true);
  }

  @Override
  Jdbc jdbc() {
    return new Jdbc(url);
  }
}
