package dev.waybill.core.store;

import dev.waybill.core.model.StoreClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that moves only when, and as, a test says so. */
final class SettableClock implements StoreClock {

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));

  private volatile Duration tick = Duration.ZERO;
  private volatile Instant leaptAt = Instant.MIN;

  @Override
  public Instant now() {
    return now.updateAndGet(time -> time.plus(tick));
  }

  /** From now on each look at the clock takes this long. */
  void tick(Duration each) {
    tick = each;
  }

  @Override
  public Instant leaptAt() {
    return leaptAt;
  }

  /** More time passes than for the process. */
  void leap(Duration step) {
    advance(step);
    leaptAt = now.get();
  }

  void advance(Duration step) {
    now.updateAndGet(time -> time.plus(step));
  }
}
