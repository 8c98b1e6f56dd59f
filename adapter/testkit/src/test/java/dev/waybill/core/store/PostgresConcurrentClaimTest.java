package dev.waybill.core.store;

import dev.waybill.testkit.postgres.SharedPostgres;

/** Concurrent consumers on PostgreSQL. */
class PostgresConcurrentClaimTest extends ConcurrentClaimContract {

  private final String url = SharedPostgres.freshUrl();

  @Override
  String url() {
    return url;
  }
}
