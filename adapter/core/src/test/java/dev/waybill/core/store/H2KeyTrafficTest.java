package dev.waybill.core.store;

/** Ordering keys under traffic on H2. */
class H2KeyTrafficTest extends KeyTrafficContract {

  private final String url = TestStore.memoryUrl();

  @Override
  String url() {
    return url;
  }
}
