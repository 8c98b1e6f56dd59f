package dev.waybill.itests.benchmark.adapter;

/** How the queue's part of the application's transaction commits. */
public enum Wiring {
  /** One database, through the application's DataSource. */
  JOINED,
  /** The queue's database is alone in the transaction: nothing else is written. */
  XA_ALONE,
  /** The application writes to a database of its own. */
  XA_TWO
}
