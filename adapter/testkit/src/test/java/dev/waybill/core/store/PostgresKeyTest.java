package dev.waybill.core.store;

import dev.waybill.testkit.postgres.SharedPostgres;

/** Ordering keys on PostgreSQL. */
class PostgresKeyTest extends KeyContract {

  private final String url = SharedPostgres.freshUrl();

  @Override
  String url() {
    return url;
  }
}
