package dev.waybill.core.delivery;

import java.util.UUID;

/** The histories on H2 in memory. */
class H2ModelBasedTest extends DatabaseModelBasedTest {

  private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

  @Override
  String url() {
    return url;
  }

  @Override
  int histories() {
    return 200;
  }

  /** The rest is for PostgreSQL. */
  @Override
  int share(int asked) {
    return asked - asked / 5;
  }
}
