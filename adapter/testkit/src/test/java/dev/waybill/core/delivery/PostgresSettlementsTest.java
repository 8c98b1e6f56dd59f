package dev.waybill.core.delivery;

import dev.waybill.testkit.postgres.SharedPostgres;

/** Waiting on PostgreSQL. */
class PostgresSettlementsTest extends SettlementsContract {

  private final String url = SharedPostgres.freshUrl();

  @Override
  String url() {
    return url;
  }
}
