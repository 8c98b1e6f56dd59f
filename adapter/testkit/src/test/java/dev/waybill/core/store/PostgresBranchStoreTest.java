package dev.waybill.core.store;

import dev.waybill.testkit.postgres.SharedPostgres;

/** The contract of branches on PostgreSQL. */
class PostgresBranchStoreTest extends BranchStoreContract {

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
