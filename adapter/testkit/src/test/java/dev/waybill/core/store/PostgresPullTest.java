package dev.waybill.core.store;

import dev.waybill.testkit.postgres.SharedPostgres;

/** Leases settled by their keys on PostgreSQL. */
class PostgresPullTest extends PullContract {

  private final String url = SharedPostgres.freshUrl();

  @Override
  String url() {
    return url;
  }
}
