package dev.waybill.core.store;

import dev.waybill.testkit.postgres.SharedPostgres;

/** Streams on PostgreSQL. */
class PostgresStreamTest extends StreamContract {

  private final String url = SharedPostgres.freshUrl();

  @Override
  String url() {
    return url;
  }
}
