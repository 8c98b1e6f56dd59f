package dev.waybill.core.store;

/** Concurrent consumers on H2. */
class H2ConcurrentClaimTest extends ConcurrentClaimContract {

  private final String url = TestStore.memoryUrl();

  @Override
  String url() {
    return url;
  }
}
