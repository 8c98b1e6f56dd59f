package dev.waybill.core.branch;

/**
 * What the store knows of a branch. A branch has at most one row; the row is the unique outcome of
 * its one-phase commit or prepare, and remains as a tombstone once it is finished.
 */
public enum BranchState {
  /** No row: never seen, rolled back before prepare, or the tombstone has expired. */
  UNKNOWN,
  /** In doubt: stored, its messages invisible, its leases marked, waiting for a decision. */
  PREPARED,
  /** Committed in two phases; its messages are not visible to consumers yet. */
  COMMITTED_UNRELEASED,
  /** Committed, everything visible. */
  COMMITTED,
  /** Rolled back after it was prepared. */
  ROLLED_BACK,
  /** It can never commit: a lost commit or prepare was read back and had not happened. */
  ABORTED,
  /** Committed by an operator while in doubt. */
  HEURISTICALLY_COMMITTED,
  /** Rolled back by an operator while in doubt. */
  HEURISTICALLY_ROLLED_BACK
}
