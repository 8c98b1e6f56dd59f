package dev.waybill.core.store.sql;

import dev.waybill.core.model.StoreClock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Follows the database's clock: its distance is measured now and then, and the time between is
 * counted by the JVM's steady counter. Never steps back.
 */
public final class DatabaseClock implements StoreClock {

  private static final long NANOS_PER_MICRO = 1000;

  private final LongSupplier databaseMicros;
  private final LongSupplier nanoTime;
  private final AtomicLong last = new AtomicLong(Long.MIN_VALUE);
  private volatile Reading reading;

  /**
   * A clock that has yet to be synchronised once.
   *
   * @param databaseMicros asks the database: microseconds since 1970
   */
  public DatabaseClock(LongSupplier databaseMicros) {
    this(databaseMicros, System::nanoTime);
  }

  DatabaseClock(LongSupplier databaseMicros, LongSupplier nanoTime) {
    this.databaseMicros = databaseMicros;
    this.nanoTime = nanoTime;
    synchronise();
  }

  /** Measures the distance to the database's clock again. */
  public void synchronise() {
    long before = nanoTime.getAsLong();
    long micros = databaseMicros.getAsLong();
    long after = nanoTime.getAsLong();
    reading = new Reading(before + (after - before) / 2, micros);
  }

  @Override
  public Instant now() {
    Reading from = reading;
    long micros = from.micros + (nanoTime.getAsLong() - from.nanos) / NANOS_PER_MICRO;
    return Instant.EPOCH.plus(last.accumulateAndGet(micros, Math::max), ChronoUnit.MICROS);
  }

  private record Reading(long nanos, long micros) {}
}
