package dev.waybill.core.store;

/** Ordering keys on H2. */
class H2KeyTest extends KeyContract {

  private final String url = TestStore.memoryUrl();

  @Override
  String url() {
    return url;
  }
}
