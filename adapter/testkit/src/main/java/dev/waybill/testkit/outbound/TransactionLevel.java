package dev.waybill.testkit.outbound;

/** The transaction support of a connection pool (Jakarta Connectors 2.1, chapter 7.2). */
public enum TransactionLevel {
  /** Connections take no part in transactions. */
  NO_TRANSACTION,
  /** Connections take part with a local transaction. */
  LOCAL_TRANSACTION,
  /** Connections take part with their XAResource. */
  XA_TRANSACTION
}
