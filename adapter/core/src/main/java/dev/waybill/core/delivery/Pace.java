package dev.waybill.core.delivery;

import dev.waybill.core.model.StoreClock;
import java.time.Duration;
import java.time.Instant;

/**
 * How fast an activation works: what it finished lately tells how much it may lease ahead without
 * hoarding. Thread-safe.
 */
final class Pace {

  /** How far it looks back, and about how long a message leased ahead is to wait at most. */
  static final Duration WINDOW = Duration.ofMillis(250);

  private final StoreClock clock;
  private final int workers;
  private Instant since;
  private Window current = Window.EMPTY;
  private Window before = Window.EMPTY;

  private record Window(int finished, long busyNanos) {

    static final Window EMPTY = new Window(0, 0);

    Window plus(int more, long nanos) {
      return new Window(finished + more, busyNanos + nanos);
    }
  }

  /**
   * Nothing is finished yet.
   *
   * @param workers how many messages may be worked on at a time
   */
  Pace(StoreClock clock, int workers) {
    this.clock = clock;
    this.workers = workers;
    this.since = clock.now();
  }

  /** A message is finished. */
  synchronized void finished(Duration took) {
    roll(clock.now());
    current = current.plus(1, Math.max(0, took.toNanos()));
  }

  /** How many messages will be finished in the time of one window, by what was seen of the last. */
  synchronized int ahead() {
    Instant now = clock.now();
    roll(now);
    double old = 1 - (double) Duration.between(since, now).toNanos() / WINDOW.toNanos();
    double finished = current.finished() + old * before.finished();
    double busy = current.busyNanos() + old * before.busyNanos();
    // Of slow messages that happen to end together not as many will end in the next window.
    double possible = busy == 0 ? finished : (double) workers * WINDOW.toNanos() * finished / busy;
    return (int) Math.min(finished, possible);
  }

  private void roll(Instant now) {
    Duration passed = Duration.between(since, now);
    if (passed.compareTo(WINDOW.multipliedBy(2)) >= 0) {
      before = Window.EMPTY;
      current = Window.EMPTY;
      since = now;
    } else if (passed.compareTo(WINDOW) >= 0) {
      before = current;
      current = Window.EMPTY;
      since = since.plus(WINDOW);
    }
  }
}
