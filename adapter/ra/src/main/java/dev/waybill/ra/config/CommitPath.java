package dev.waybill.ra.config;

/** How the adapter uses a configured DataSource. */
public enum CommitPath {
  /** Find out: a JTA DataSource is joined, any other is used on the xa path. */
  AUTO,
  /** The DataSource is the application's own JTA DataSource: one local transaction for both. */
  JOINED,
  /** The DataSource is the queue's own, and takes no part in JTA transactions. */
  XA
}
