package dev.waybill.ra.lifecycle;

import java.time.Duration;

/** How long to wait between attempts, and whether a failure is worth a line in the log again. */
final class RetryPause {

  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final Duration SILENCE = Duration.ofMinutes(10);

  private Duration last = Duration.ZERO;
  private Duration silent = Duration.ZERO;
  private String said;

  /** Notes a failure; true if it should be logged: it is new, or was last said long ago. */
  boolean failed(String reason) {
    if (reason.equals(said) && silent.compareTo(SILENCE) < 0) {
      return false;
    }
    said = reason;
    silent = Duration.ZERO;
    return true;
  }

  /** The next pause: twice the last one, up to the longest. */
  Duration next() {
    Duration doubled = last.isZero() ? FIRST : last.multipliedBy(2);
    last = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    silent = silent.plus(last);
    return last;
  }

  Duration longest() {
    return LONGEST;
  }
}
