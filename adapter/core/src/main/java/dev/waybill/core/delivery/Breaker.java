package dev.waybill.core.delivery;

import dev.waybill.core.model.Backoff;
import dev.waybill.core.model.StoreClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Whether deliveries are worth trying. It opens when so many in a row have failed, each with a
 * message that had not failed before, that it is not the messages. Then one delivery at a time is
 * let through as a probe, after a pause that grows, until one succeeds. Thread-safe.
 */
final class Breaker {

  /** So many failures in a row open it. */
  static final int FAILURES = 10;

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
  private final Set<UUID> failed = new HashSet<>();
  private int failures;
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
    failed.clear();
    pauses.reset();
    return closes;
  }

  /**
   * A delivery failed.
   *
   * @param messages those for whose failure the consumer may be to blame
   * @return true if that opens the breaker
   */
  synchronized boolean failed(Pass pass, Collection<UUID> messages) {
    if (pass == Pass.PROBE) {
      probing = false;
      rests();
      return false;
    }
    if (!on || open || !failed.addAll(messages) || ++failures < FAILURES) {
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
