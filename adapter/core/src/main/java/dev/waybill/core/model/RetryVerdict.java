package dev.waybill.core.model;

import java.time.Duration;

/** What a retry policy says after an attempt that did not complete. */
public sealed interface RetryVerdict {

  /**
   * Try again.
   *
   * @param delay how long after the failure, 0 or more
   */
  record Again(Duration delay) implements RetryVerdict {}

  /**
   * Move the message to the dead-letter queue.
   *
   * @param queue the dead-letter queue
   */
  record ToDeadLetterQueue(QueueName queue) implements RetryVerdict {}

  /** Settle the message as dead and keep it for inspection: there is no dead-letter queue. */
  record Dead() implements RetryVerdict {}
}
