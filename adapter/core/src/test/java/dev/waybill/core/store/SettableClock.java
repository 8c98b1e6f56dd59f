package dev.waybill.core.store;

import dev.waybill.core.model.StoreClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that moves only when a test says so. */
final class SettableClock implements StoreClock {

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));

  @Override
  public Instant now() {
    return now.get();
  }

  void advance(Duration step) {
    now.updateAndGet(time -> time.plus(step));
  }
}
