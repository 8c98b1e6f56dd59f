package dev.waybill.core.store;

/** Several nodes on H2. */
class H2NodesTest extends NodesContract {

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
