package dev.waybill.core.store;

import dev.waybill.testkit.mariadb.SharedMariaDb;

/** Deduplication ids on MariaDB. */
class MariaDbDeduplicationTest extends DeduplicationContract {

  private final String url = SharedMariaDb.freshDataSourceUrl();

  @Override
  String url() {
    return url;
  }

  @Override
  String lockWait() {
    return "select @@innodb_lock_wait_timeout";
  }
}
