package dev.waybill.core.delivery;

import java.util.UUID;

/** Waiting on H2. */
class H2SettlementsTest extends SettlementsContract {

  private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

  @Override
  String url() {
    return url;
  }
}
