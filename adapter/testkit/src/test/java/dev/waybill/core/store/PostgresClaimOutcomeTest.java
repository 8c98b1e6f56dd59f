package dev.waybill.core.store;

import dev.waybill.testkit.postgres.SharedPostgres;

/** Claims without answer on PostgreSQL. */
class PostgresClaimOutcomeTest extends ClaimOutcomeContract {

  private final String url = SharedPostgres.freshUrl();

  @Override
  String url() {
    return url;
  }

  @Override
  Jdbc jdbc() {
    return new Jdbc(url);
  }
}
