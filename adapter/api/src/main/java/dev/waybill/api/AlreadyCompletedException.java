package dev.waybill.api;

/**
 * A message was to be settled that has been settled before by the same handle. Kind {@link
 * QueueException.Kind#CONFLICT}.
 */
public class AlreadyCompletedException extends QueueException {

  private static final long serialVersionUID = 1L;

  /**
   * Nothing was done.
   *
   * @param message which message, and what to do
   */
  public AlreadyCompletedException(String message) {
    super(Kind.CONFLICT, message);
  }
}
