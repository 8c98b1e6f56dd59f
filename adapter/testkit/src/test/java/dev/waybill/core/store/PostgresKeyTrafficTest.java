package dev.waybill.core.store;

import dev.waybill.testkit.postgres.SharedPostgres;

/** Ordering keys under traffic on PostgreSQL. */
class PostgresKeyTrafficTest extends KeyTrafficContract {

  private final String url = SharedPostgres.freshUrl();

  @Override
  String url() {
    return url;
  }
}
