package dev.waybill.core.delivery;

import dev.waybill.api.QueueException;
import dev.waybill.core.model.DurationText;
import java.time.Duration;

/** The range of a delay that a consumer asks for. */
final class RetryDelay {

  private RetryDelay() {}

  /**
   * Refuses a delay that is out of range.
   *
   * @param call the call with its subject, for the error
   * @throws QueueException {@code INVALID}
   */
  static void check(Duration delay, Duration maxDelay, String call) {
    if (delay == null || delay.isNegative() || delay.compareTo(maxDelay) > 0) {
      throw new QueueException(
          QueueException.Kind.INVALID,
          call
              + ": the delay is outside 0s to maxDelay="
              + DurationText.format(maxDelay)
              + ". Nothing was changed. Ask for one in that range, or raise maxDelay of the adapter.");
    }
  }
}
