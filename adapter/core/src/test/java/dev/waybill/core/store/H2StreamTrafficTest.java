package dev.waybill.core.store;

/** Producers that are killed on H2. */
class H2StreamTrafficTest extends StreamTrafficContract {

  private final String url = TestStore.memoryUrl();

  @Override
  String url() {
    return url;
  }
}
