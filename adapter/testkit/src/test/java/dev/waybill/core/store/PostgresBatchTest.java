package dev.waybill.core.store;

import dev.waybill.testkit.postgres.SharedPostgres;

/** Batches on PostgreSQL. */
class PostgresBatchTest extends BatchContract {

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
