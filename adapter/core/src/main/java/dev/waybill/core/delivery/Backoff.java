package dev.waybill.core.delivery;

import java.time.Duration;

/** A pause that doubles with each failure up to a longest one. Thread-safe. */
final class Backoff {

  private final Duration shortest;
  private final Duration longest;
  private Duration next;

  Backoff(Duration shortest, Duration longest) {
    this.shortest = shortest;
    this.longest = longest.compareTo(shortest) < 0 ? shortest : longest;
    this.next = shortest;
  }

  /** The pause after one more failure. */
  synchronized Duration next() {
    Duration pause = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(longest) > 0 ? longest : doubled;
    return pause;
  }

  /** After a success the next pause is the shortest again. */
  synchronized void reset() {
    next = shortest;
  }
}
