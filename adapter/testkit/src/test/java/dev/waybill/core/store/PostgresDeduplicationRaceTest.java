package dev.waybill.core.store;

import dev.waybill.testkit.postgres.SharedPostgres;

/** Races for deduplication ids on PostgreSQL. */
class PostgresDeduplicationRaceTest extends DeduplicationRaceContract {

  private final String url = SharedPostgres.freshUrl();

  @Override
  String url() {
    return url;
  }
}
