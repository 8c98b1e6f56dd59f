package dev.waybill.core.delivery;

import dev.waybill.testkit.postgres.SharedPostgres;

/** A part of the histories on PostgreSQL. */
class PostgresModelBasedTest extends DatabaseModelBasedTest {

  private final String url = SharedPostgres.freshUrl();

  @Override
  String url() {
    return url;
  }

  @Override
  int histories() {
    return 40;
  }

  /** The rest is for H2, where they take less time. */
  @Override
  int share(int asked) {
    return asked / 5;
  }
}
