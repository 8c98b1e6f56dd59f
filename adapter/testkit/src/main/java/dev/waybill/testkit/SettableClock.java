package dev.waybill.testkit;

import dev.waybill.core.model.StoreClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until a test moves it. Safe for any number of threads. */
public final class SettableClock implements StoreClock {

  private final AtomicReference<Instant> time;

  /**
   * A clock that stands at a time.
   *
   * @param start the time it shows
   */
  public SettableClock(Instant start) {
    this.time = new AtomicReference<>(Objects.requireNonNull(start, "start"));
  }

  @Override
  public Instant now() {
    return time.get();
  }

  /**
   * Moves it on.
   *
   * @param duration how far, 0 or more: the time of a store never steps back
   * @return the new time
   */
  public Instant advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("The clock cannot be set back by " + duration.negated());
    }
    return time.updateAndGet(now -> now.plus(duration));
  }

  /**
   * Moves it on to a time.
   *
   * @param instant not before the time it shows
   */
  public void set(Instant instant) {
    time.updateAndGet(
        now -> {
          if (instant.isBefore(now)) {
            throw new IllegalArgumentException("The clock shows " + now + ", after " + instant);
          }
          return instant;
        });
  }

  @Override
  public String toString() {
    return "SettableClock[" + now() + "]";
  }
}
