package dev.waybill.itests.crash.streams;

/** How a producer sends in its stream, and where it goes on after a restart. */
public enum Manner {
  /** One after the other, without a transaction; goes on after the last sequence. */
  ALONE,
  /** With sequences of its own, and again what may not have been handled yet. */
  AGAIN,
  /** Some in a transaction with rows of its own; goes on after the last sequence. */
  TRANSACTED
}
