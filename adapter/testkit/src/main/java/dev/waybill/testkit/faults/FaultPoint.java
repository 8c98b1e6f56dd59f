package dev.waybill.testkit.faults;

/** Where a fault can happen. A one-phase commit passes the points of commit. */
public enum FaultPoint {
  /** The transaction manager asked to prepare; the resource does not know yet. */
  BEFORE_PREPARE,
  /** The resource has prepared; the transaction manager does not know yet. */
  AFTER_PREPARE,
  /** The transaction manager asked to commit; the resource does not know yet. */
  BEFORE_COMMIT,
  /** The resource has committed; the transaction manager does not know yet. */
  AFTER_COMMIT,
  /** The transaction manager asked to roll back; the resource does not know yet. */
  BEFORE_ROLLBACK,
  /** The resource has rolled back; the transaction manager does not know yet. */
  AFTER_ROLLBACK,
  /** A statement is about to be sent to the database. */
  BEFORE_STATEMENT,
  /** COMMIT of a local transaction is about to be sent to the database. */
  BEFORE_SQL_COMMIT,
  /** The database has committed a local transaction; the client does not know yet. */
  AFTER_SQL_COMMIT
}
