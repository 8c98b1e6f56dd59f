package dev.waybill.core.store;

import dev.waybill.core.model.QueueName;
import java.time.Instant;

/** What followed a failed attempt. */
public sealed interface FailureResult {

  /**
   * The message will be tried again.
   *
   * @param at when it becomes available
   */
  record Rescheduled(Instant at) implements FailureResult {}

  /**
   * The message was moved.
   *
   * @param queue the dead-letter queue
   */
  record DeadLettered(QueueName queue) implements FailureResult {}

  /** The message was settled as dead: there is no dead-letter queue. */
  record SettledDead() implements FailureResult {}
}
