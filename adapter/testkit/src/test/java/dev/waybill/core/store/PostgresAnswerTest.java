package dev.waybill.core.store;

import dev.waybill.testkit.postgres.SharedPostgres;

/** Answers on PostgreSQL. */
class PostgresAnswerTest extends AnswerContract {

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
