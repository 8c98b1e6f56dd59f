package dev.waybill.core.branch;

import dev.waybill.api.QueueException;

/**
 * The answer to a COMMIT was lost, and whether it happened cannot be read back now. Whoever asked
 * must ask again later; the store will know. Not retryable: the effect may have happened, and the
 * same call made again would have it twice.
 */
public class UndecidedException extends QueueException {

  private static final long serialVersionUID = 1L;

  /**
   * An outcome that is not known yet.
   *
   * @param what which commit
   * @param cause the error that hid the answer
   */
  public UndecidedException(String what, Throwable cause) {
    super(Kind.UNAVAILABLE, what, cause, false);
  }
}
