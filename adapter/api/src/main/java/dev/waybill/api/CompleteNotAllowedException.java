package dev.waybill.api;

/**
 * A message that {@link QueueConsumer#next} completes by itself was to be settled. Kind {@link
 * QueueException.Kind#INVALID}.
 */
public class CompleteNotAllowedException extends QueueException {

  private static final long serialVersionUID = 1L;

  /**
   * Nothing was done.
   *
   * @param message which message, and how to complete by hand
   */
  public CompleteNotAllowedException(String message) {
    super(Kind.INVALID, message);
  }
}
