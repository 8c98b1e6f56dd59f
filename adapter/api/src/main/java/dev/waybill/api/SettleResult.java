package dev.waybill.api;

import java.util.Objects;
import java.util.Optional;

/**
 * What became of one settlement of {@link QueueReceiver#settle}.
 *
 * @param lease as given; null where a settlement or its lease was null
 * @param error why it was not settled; empty if it was
 */
public record SettleResult(String lease, Optional<QueueException> error) {

  /** Checks that the error is empty rather than null. */
  public SettleResult {
    Objects.requireNonNull(error, "error");
  }

  /** Whether it was settled: in the active transaction, or for good without one. */
  public boolean settled() {
    return error.isEmpty();
  }
}
