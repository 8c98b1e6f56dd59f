package dev.waybill.core.store.sql;

/** A COMMIT failed: whether it happened must be read back. */
public final class CommitLostException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CommitLostException(Throwable cause) {
    super(cause);
  }
}
