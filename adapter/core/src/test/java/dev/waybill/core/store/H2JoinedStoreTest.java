package dev.waybill.core.store;

/** The joined path on H2. */
class H2JoinedStoreTest extends JoinedStoreContract {

  private final String url = TestStore.memoryUrl();

  @Override
  String url() {
    return url;
  }
}
