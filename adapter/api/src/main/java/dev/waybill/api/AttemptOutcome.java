package dev.waybill.api;

/** How one handing of a message to a consumer ended. */
public enum AttemptOutcome {
  /** The consumer settled the message for good. */
  COMPLETED,
  /** The consumer asked for another attempt. */
  RETRIED,
  /** The consumer sent the message to the dead-letter queue. */
  REJECTED,
  /** The consumer threw, or its transaction rolled back. */
  FAILED,
  /** The lease ran out: crash, kill, or a hang past its limit. */
  EXPIRED
}
