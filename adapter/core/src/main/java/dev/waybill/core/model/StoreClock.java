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
}
