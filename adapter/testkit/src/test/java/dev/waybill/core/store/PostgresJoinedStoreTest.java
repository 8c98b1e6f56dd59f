package dev.waybill.core.store;

import dev.waybill.testkit.postgres.SharedPostgres;

/** The joined path on PostgreSQL. */
class PostgresJoinedStoreTest extends JoinedStoreContract {

  private final String url = SharedPostgres.freshUrl();

  @Override
  String url() {
    return url;
  }
}
