package dev.waybill.core.model;

/**
 * Where a delivery stands: what one consumer group still owes for one message. The picture with all
 * transitions is in {@code docs/state-machine.md}; {@link StateMachine} holds the same as data.
 */
public enum DeliveryState {
  /** Not available before a time: delayed when sent, or waiting for another attempt. */
  SCHEDULED,
  /** Waits for its turn in the line of its ordering key. */
  BLOCKED,
  /** Available, in the claim index. */
  READY,
  /** Owned by one consumer until its lease ends. */
  LEASED,
  /** Settled by a transaction that is prepared and not yet decided. */
  IN_DOUBT,
  /** Settled for good by a consumer. The row is gone. */
  COMPLETED,
  /** Moved to a dead-letter queue. The row is gone; the message lives on there. */
  DEAD_LETTERED,
  /** Given up, with no dead-letter queue to go to. Kept for inspection. */
  DEAD
}
