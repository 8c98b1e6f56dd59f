package dev.waybill.core.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The clock follows the database and never steps back. */
class DatabaseClockTest {

  private final AtomicLong database = new AtomicLong(1_000_000_000L);
  private final AtomicLong nanos = new AtomicLong(5);
  private LongSupplier answer = database::get;
  private final DatabaseClock clock = new DatabaseClock(() -> answer.getAsLong(), nanos::get);

  @Test
  void countsByTheSteadyCounterBetweenReadings() {
    Instant start = clock.now();
    assertThat(start).isEqualTo(Micros.toInstant(1_000_000_000L));

    nanos.addAndGet(2_500_000);

    assertThat(clock.now()).isEqualTo(start.plus(Duration.ofNanos(2_500_000)));
  }

  @Test
  void standsStillUntilADatabaseThatWentBackHasCaughtUp() {
    Instant before = clock.now();
    database.addAndGet(-1_000_000);
    clock.synchronise();
    assertThat(clock.now()).isEqualTo(before);

    nanos.addAndGet(Duration.ofMillis(1500).toNanos());

    assertThat(clock.now()).isEqualTo(before.plusMillis(500));
  }

  @Test
  void leapsForwardWithTheDatabase() {
    Instant before = clock.now();
    database.addAndGet(1_000_000);
    clock.synchronise();

    assertThat(clock.now()).isEqualTo(before.plusSeconds(1));
  }

  @Test
  @Tag("M12")
  void saysWhenItHasLeaptFurtherThanTheProcessLived() {
    nanos.addAndGet(Duration.ofHours(2).toNanos());
    database.addAndGet(Micros.of(Duration.ofHours(2).plusMillis(1_900)));
    clock.synchronise();
    assertThat(clock.leaptAt()).as("time passed, and a little drift").isEqualTo(Instant.MIN);
    database.addAndGet(-3_600_000_000L);
    clock.synchronise();
    assertThat(clock.leaptAt()).as("back").isEqualTo(Instant.MIN);
    database.addAndGet(3_600_000_000L + 2_100_000);

    clock.synchronise();

    assertThat(clock.leaptAt()).isEqualTo(clock.now()).isEqualTo(Micros.toInstant(database.get()));
    Instant first = clock.leaptAt();
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    database.addAndGet(60_000_000);
    clock.synchronise();
    assertThat(clock.leaptAt()).isEqualTo(first);
  }

  private void answersAfter(Duration before, Duration after) {
    nanos.set(5);
    DatabaseClock slow =
        new DatabaseClock(
            () -> {
              nanos.addAndGet(before.toNanos());
              database.addAndGet(Micros.of(before));
              long read = database.get();
              nanos.addAndGet(after.toNanos());
              database.addAndGet(Micros.of(after));
              return read;
            },
            nanos::get);
    slow.synchronise();
    assertThat(Duration.between(slow.now(), Micros.toInstant(database.get())).abs())
        .isLessThanOrEqualTo(before.plus(after).dividedBy(2));
  }

  @Test
  void aSlowAnswerIsHalfItsTimeWrongAtMost() {
    answersAfter(Duration.ZERO, Duration.ofSeconds(10));
    answersAfter(Duration.ofSeconds(10), Duration.ZERO);
  }

  @Test
  void aSlowAnswerThatAgreesMovesNothing() {
    AtomicLong slowness = new AtomicLong();
    DatabaseClock known =
        new DatabaseClock(
            () -> {
              nanos.addAndGet(Duration.ofMillis(slowness.get()).toNanos());
              return database.addAndGet(Duration.ofMillis(slowness.get()).toNanos() / 1000);
            },
            nanos::get);
    slowness.set(10_000);
    known.synchronise();
    assertThat(known.now()).isEqualTo(Micros.toInstant(database.get()));
  }

  @Test
  void aSlowAnswerThatContradictsIsBelieved() {
    AtomicLong slowness = new AtomicLong();
    DatabaseClock known =
        new DatabaseClock(
            () -> {
              nanos.addAndGet(Duration.ofMillis(slowness.get()).toNanos());
              return database.get();
            },
            nanos::get);
    slowness.set(1_000);
    database.addAndGet(Duration.ofHours(1).toNanos() / 1000);
    known.synchronise();
    assertThat(Duration.between(Micros.toInstant(database.get()), known.now()))
        .isEqualTo(Duration.ofMillis(500));
  }

  @Test
  @Tag("C1")
  void anAnswerThatTookLongIsNotBelieved() {
    Instant before = clock.now();
    answer =
        () -> {
          long micros = database.get();
          // The process stands still for a minute before it reads the answer.
          nanos.addAndGet(Duration.ofMinutes(1).toNanos());
          database.addAndGet(60_000_000);
          return micros;
        };

    clock.synchronise();

    assertThat(clock.now()).isEqualTo(before.plus(Duration.ofMinutes(1)));
    answer = database::get;
    database.addAndGet(1_000);
    clock.synchronise();
    assertThat(clock.now()).isEqualTo(before.plus(Duration.ofMinutes(1)).plusMillis(1));
  }
}
