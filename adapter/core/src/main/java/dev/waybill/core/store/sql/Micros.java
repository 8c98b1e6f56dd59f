package dev.waybill.core.store.sql;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times and durations as rows keep them: microseconds. */
public final class Micros {

  private Micros() {}

  /** Since 1970. */
  public static long of(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  /** As long. */
  public static long of(Duration duration) {
    return Math.addExact(
        Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1000);
  }

  /** What {@link #of(Instant)} wrote. */
  public static Instant toInstant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  /** What {@link #of(Duration)} wrote. */
  public static Duration toDuration(long micros) {
    return Duration.of(micros, ChronoUnit.MICROS);
  }
}
