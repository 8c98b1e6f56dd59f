package dev.waybill.core.branch;

import dev.waybill.api.QueueException;

/**
 * Another transaction committed a deduplication id after this one had found it free. Retryable: the
 * same send then returns the id of the first message.
 */
public final class IdTakenException extends QueueException {

  private static final long serialVersionUID = 1L;

  /**
   * The id was taken.
   *
   * @param sent the deduplication id
   */
  public IdTakenException(SentId sent) {
    super(
        Kind.UNAVAILABLE,
        "Another transaction sent a message with the deduplication id \""
            + sent.id()
            + "\" to queue "
            + sent.queue()
            + " at the same time, and committed first. Nothing of this transaction is kept. Begin it"
            + " again: the send then returns the id of that message.");
  }
}
