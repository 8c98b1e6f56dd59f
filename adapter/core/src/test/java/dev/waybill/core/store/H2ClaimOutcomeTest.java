package dev.waybill.core.store;

/** Claims without answer on H2. */
class H2ClaimOutcomeTest extends ClaimOutcomeContract {

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
