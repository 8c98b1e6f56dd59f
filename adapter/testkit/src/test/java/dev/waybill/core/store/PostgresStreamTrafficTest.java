package dev.waybill.core.store;

import dev.waybill.testkit.postgres.SharedPostgres;

/** Producers that are killed on PostgreSQL. */
class PostgresStreamTrafficTest extends StreamTrafficContract {

  private final String url = SharedPostgres.freshUrl();

  @Override
  String url() {
    return url;
  }
}
