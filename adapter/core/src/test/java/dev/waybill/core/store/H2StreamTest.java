package dev.waybill.core.store;

/** Streams on H2. */
class H2StreamTest extends StreamContract {

  private final String url = TestStore.memoryUrl();

  @Override
  String url() {
    return url;
  }
}
