package dev.waybill.core.store;

/** Deduplication ids on H2. */
class H2DeduplicationTest extends DeduplicationContract {

  private final String url = TestStore.memoryUrl();

  @Override
  String url() {
    return url;
  }

  @Override
  String lockWait() {
    return "select lock_timeout()";
  }
}
