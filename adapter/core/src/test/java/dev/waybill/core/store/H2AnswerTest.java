package dev.waybill.core.store;

/** Answers on H2. */
class H2AnswerTest extends AnswerContract {

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
