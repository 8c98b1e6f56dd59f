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

  /** Clocks that are merely adjusted drift by less from one measurement to the next. */
  private static final long LEAP_MICROS = 2_000_000;

  /** An answer that took longer says less than counting on from the last one. */
  private static final long QUICK_MICROS = 100_000;

  private final LongSupplier databaseMicros;
  private final LongSupplier nanoTime;
  private final AtomicLong last = new AtomicLong(Long.MIN_VALUE);
  private volatile Reading reading;
  private volatile Instant leaptAt = Instant.MIN;

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

  /**
   * Measures the distance to the database's clock again. A slow answer changes nothing as long as
   * it does not contradict what was known: the database looked at its clock somewhere between the
   * question and the answer.
   */
  public void synchronise() {
    long before = nanoTime.getAsLong();
    long micros = databaseMicros.getAsLong();
    long after = nanoTime.getAsLong();
    long tookMicros = (after - before) / NANOS_PER_MICRO;
    Reading known = reading;
    if (known != null && tookMicros > QUICK_MICROS) {
      long passed = known.at(after) - micros;
      if (passed >= 0 && passed <= tookMicros) {
        return;
      }
    }
    Reading found = new Reading(before + (after - before) / 2, micros);
    boolean leapt = known != null && found.at(after) - known.at(after) > LEAP_MICROS;
    if (leapt) {
      // Said before it can be seen.
      leaptAt = Micros.toInstant(found.at(after));
    }
    reading = found;
  }

  @Override
  public Instant leaptAt() {
    return leaptAt;
  }

  @Override
  public Instant now() {
    long micros = reading.at(nanoTime.getAsLong());
    return Instant.EPOCH.plus(last.accumulateAndGet(micros, Math::max), ChronoUnit.MICROS);
  }

  private record Reading(long nanos, long micros) {

    long at(long nanoTime) {
      return micros + (nanoTime - nanos) / NANOS_PER_MICRO;
    }
  }
}
