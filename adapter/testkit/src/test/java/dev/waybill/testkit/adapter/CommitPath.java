package dev.waybill.testkit.adapter;

import dev.waybill.testkit.endpoints.TransactionAttribute;

/** How the queue's part of a delivery commits. */
enum CommitPath {
  /** The queue and the application have a database each; the bean is transacted. */
  XA,
  /** One database, through the application's DataSource without XA. */
  JOINED,
  /** One database, through the application's XA DataSource. */
  JOINED_XA,
  /** As {@link #JOINED} on a server whose enlisted connections read auto-commit as true. */
  JOINED_HIDDEN,
  /** A database each; the bean has no transaction. */
  LOCAL;

  boolean isJoined() {
    return this == JOINED || this == JOINED_XA || this == JOINED_HIDDEN;
  }

  TransactionAttribute attribute() {
    return this == LOCAL ? TransactionAttribute.NOT_SUPPORTED : TransactionAttribute.REQUIRED;
  }
}
