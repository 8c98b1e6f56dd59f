package dev.waybill.core.delivery;

import dev.waybill.core.model.Backoff;
import dev.waybill.core.model.StoreClock;
import java.time.Duration;
import java.time.Instant;

/**
 * Whether deliveries are worth trying. It opens when so many in a row have failed that it is not
 * the messages: a few first tries, or many of any kind, because the bad messages that are left when
 * all others are done fail in a row, too. Then one delivery at a time is let through as a probe,
 * after a pause that grows, until one succeeds. Thread-safe.
 */
final class Breaker {

  /** So many failures in a row open it, each of messages that were not tried before. */
  static final int FAILURES = 10;

  /** So many failures in a row open it, whatever they were of. */
  static final int MOST_FAILURES = 100;

  static final Duration SHORTEST = Duration.ofSeconds(1);
  static final Duration LONGEST = Duration.ofSeconds(30);

  /** What a delivery may do. */
  enum Pass {
    /** Go on: nothing is wrong. */
    FREE,
    /** Go on with a single message, as the only one. */
    PROBE,
    /** Not now. */
    NONE
  }

  private final StoreClock clock;
  private final boolean on;
  private final Backoff pauses = new Backoff(SHORTEST, LONGEST);
  private int failures;
  private int firstFailures;
  private boolean open;
  private boolean probing;
  private Instant restsUntil = Instant.MIN;

  /**
   * A closed breaker.
   *
   * @param on false: it never opens
   */
  Breaker(StoreClock clock, boolean on) {
    this.clock = clock;
    this.on = on;
  }

  /** Asks to try a delivery. Who gets {@link Pass#PROBE} tells how it ended, or gives it back. */
  synchronized Pass pass() {
    if (!open) {
      return Pass.FREE;
    }
    if (probing || resting()) {
      return Pass.NONE;
    }
    probing = true;
    return Pass.PROBE;
  }

  /** Whether a delivery would be refused now. */
  synchronized boolean refuses() {
    return open && (probing || resting());
  }

  synchronized boolean isOpen() {
    return open;
  }

  private boolean resting() {
    return clock.now().isBefore(restsUntil);
  }

  /** How long until a probe may be tried; nothing if that is now. */
  synchronized Duration rest() {
    Duration rest = Duration.between(clock.now(), open ? restsUntil : clock.now());
    return rest.isNegative() ? Duration.ZERO : rest;
  }

  /** Nothing was delivered: there was no message, or no endpoint. */
  synchronized void unused(Pass pass) {
    if (pass == Pass.PROBE) {
      probing = false;
    }
  }

  /** A delivery succeeded; true if that closes the breaker. */
  synchronized boolean succeeded() {
    boolean closes = open;
    open = false;
    probing = false;
    failures = 0;
    firstFailures = 0;
    pauses.reset();
    return closes;
  }

  /**
   * A delivery failed, for which the consumer may be to blame.
   *
   * @param first whether of a message that was not tried before
   * @return true if that opens the breaker
   */
  synchronized boolean failed(Pass pass, boolean first) {
    if (pass == Pass.PROBE) {
      probing = false;
      rests();
      return false;
    }
    failures++;
    if (first) {
      firstFailures++;
    }
    if (!on || open || (firstFailures < FAILURES && failures < MOST_FAILURES)) {
      return false;
    }
    open = true;
    rests();
    return true;
  }

  private void rests() {
    restsUntil = clock.now().plus(pauses.next());
  }
}
