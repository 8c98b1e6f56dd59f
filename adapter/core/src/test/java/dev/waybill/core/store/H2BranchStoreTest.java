package dev.waybill.core.store;

/** The contract of branches on H2. */
class H2BranchStoreTest extends BranchStoreContract {

  private final String url = TestStore.memoryUrl();

  @Override
  String url() {
    return url;
  }

  @Override
  Jdbc jdbc() {
    return new Jdbc(url);
  }
}
