package dev.waybill.core.store.sql;

import dev.waybill.core.model.StoreClock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Follows the database's clock: its distance is measured now and then, and the time between is
 * counted by the JVM's steady counter, so that a jump of this node's own clock changes nothing. A
 * measurement whose answer took long, because the network or this process stood still, tells little
 * and is not believed. Never steps back.
 */
public final class DatabaseClock implements StoreClock {

  private static final long NANOS_PER_MICRO = 1000;
  private static final long LONGEST_ANSWER_NANOS = 1_000_000_000;
  private static final int TRIES = 3;

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
    Reading best = null;
    for (int i = 0; i < TRIES && (best == null || best.tookNanos > LONGEST_ANSWER_NANOS); i++) {
      long before = nanoTime.getAsLong();
      long micros = databaseMicros.getAsLong();
      long took = nanoTime.getAsLong() - before;
      if (best == null || took < best.tookNanos) {
        best = new Reading(before + took / 2, micros, took);
      }
    }
    if (reading == null || best.tookNanos <= Math.max(LONGEST_ANSWER_NANOS, reading.tookNanos)) {
      reading = best;
    }
  }

  @Override
  public Instant now() {
    Reading from = reading;
    long micros = from.micros + (nanoTime.getAsLong() - from.nanos) / NANOS_PER_MICRO;
    return Instant.EPOCH.plus(last.accumulateAndGet(micros, Math::max), ChronoUnit.MICROS);
  }

  private record Reading(long nanos, long micros, long tookNanos) {}
}
