package dev.waybill.core.model;

import java.time.Duration;

/** A pause that doubles with each failure up to a longest one. Thread-safe. */
public final class Backoff {

  private final Duration shortest;
  private final Duration longest;
  private Duration next;

  /**
   * A backoff that begins with the shortest pause.
   *
   * @param shortest more than 0
   * @param longest the shortest if that is longer
   */
  public Backoff(Duration shortest, Duration longest) {
    this.shortest = shortest;
    this.longest = longest.compareTo(shortest) < 0 ? shortest : longest;
    this.next = shortest;
  }

  /** The pause after one more failure. */
  public synchronized Duration next() {
    Duration pause = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(longest) > 0 ? longest : doubled;
    return pause;
  }

  /** After a success the next pause is the shortest again. */
  public synchronized void reset() {
    next = shortest;
  }
}
