package dev.waybill.core.store;

import dev.waybill.testkit.mariadb.SharedMariaDb;

/** Answers on MariaDB. */
class MariaDbAnswerTest extends AnswerContract {

  private final String url = SharedMariaDb.freshDataSourceUrl();

  @Override
  String url() {
    return url;
  }

  @Override
  Jdbc jdbc() {
    return new Jdbc(SharedMariaDb.forQueries(url));
  }
}
