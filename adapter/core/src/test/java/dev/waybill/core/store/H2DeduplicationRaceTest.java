package dev.waybill.core.store;

/** Races for deduplication ids on H2. */
class H2DeduplicationRaceTest extends DeduplicationRaceContract {

  private final String url = TestStore.memoryUrl();

  @Override
  String url() {
    return url;
  }
}
