package dev.waybill.core.store;

import dev.waybill.testkit.postgres.SharedPostgres;

/** Several nodes on PostgreSQL. */
class PostgresNodesTest extends NodesContract {

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
