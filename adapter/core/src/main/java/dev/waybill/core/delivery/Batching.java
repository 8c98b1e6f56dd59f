package dev.waybill.core.delivery;

import java.time.Duration;
import java.util.Objects;

/**
 * How an activation gathers the messages of a batch.
 *
 * @param size how many at most, 1 or more
 * @param longestWait how long the first waits for others at most; 0: not at all
 */
public record Batching(int size, Duration longestWait) {

  /** Checks the parts. */
  public Batching {
    Objects.requireNonNull(longestWait, "longestWait");
    if (size < 1 || longestWait.isNegative()) {
      throw new IllegalArgumentException("size=" + size + ", longestWait=" + longestWait);
    }
  }
}
