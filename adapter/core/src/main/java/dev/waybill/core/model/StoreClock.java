package dev.waybill.core.model;

import java.time.Instant;

/**
 * The one clock of the queue: delays, leases and windows are measured by it. In production it
 * follows the database's clock, so that the clocks of nodes do not matter; tests set it by hand.
 */
@FunctionalInterface
public interface StoreClock {

  /** The time now, in microseconds at the finest. Never steps back within one node. */
  Instant now();

  /**
   * When this clock was last found to have leapt forward, by its own time: more time passed for it
   * than for this process, because a machine slept or a clock was set. What expired by the leap
   * alone, others had no chance to renew.
   *
   * @return {@link Instant#MIN} if it never has
   */
  default Instant leaptAt() {
    return Instant.MIN;
  }
}
