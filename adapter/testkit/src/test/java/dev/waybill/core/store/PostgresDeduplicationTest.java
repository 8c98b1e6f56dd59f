package dev.waybill.core.store;

import dev.waybill.testkit.postgres.SharedPostgres;

/** Deduplication ids on PostgreSQL. */
class PostgresDeduplicationTest extends DeduplicationContract {

  private final String url = SharedPostgres.freshUrl();

  @Override
  String url() {
    return url;
  }

  @Override
  String lockWait() {
    return "show lock_timeout";
  }
}
