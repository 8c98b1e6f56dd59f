package dev.waybill.core.store;

/** Batches on H2. */
class H2BatchTest extends BatchContract {

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
