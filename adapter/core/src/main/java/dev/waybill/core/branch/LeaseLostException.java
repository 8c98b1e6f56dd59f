package dev.waybill.core.branch;

import dev.waybill.api.QueueException;
import dev.waybill.core.model.Lease;

/**
 * A settlement found that its lease is no longer the one on the delivery's row; other errors of
 * kind {@code CONFLICT} leave it where it is.
 */
public final class LeaseLostException extends QueueException {

  private static final long serialVersionUID = 1L;

  /**
   * The lease was lost.
   *
   * @param lease the stale lease
   */
  public LeaseLostException(Lease lease) {
    super(
        Kind.CONFLICT,
        "The lease of message "
            + lease.messageId()
            + " (queue "
            + lease.queue()
            + ", attempt "
            + lease.attempt()
            + ") was lost: it ran out and the message was given to another attempt. Nothing of this"
            + " transaction is kept. If handling takes long, keep leaseRenewal on or raise"
            + " leaseDuration or maxLease.");
  }

  /**
   * The lease was lost before anything was written.
   *
   * @param message for people
   */
  public LeaseLostException(String message) {
    super(Kind.CONFLICT, message);
  }
}
