package dev.waybill.core.store;

/** Leases settled by their keys on H2. */
class H2PullTest extends PullContract {

  private final String url = TestStore.memoryUrl();

  @Override
  String url() {
    return url;
  }
}
