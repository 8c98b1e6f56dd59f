package dev.waybill.api;

/**
 * The next message was asked for while one is pending on the same consumer. Kind {@link
 * QueueException.Kind#PENDING}.
 */
public class MessagePendingException extends QueueException {

  private static final long serialVersionUID = 1L;

  /**
   * Nothing was done.
   *
   * @param message which message is pending, and what to do
   */
  public MessagePendingException(String message) {
    super(Kind.PENDING, message);
  }
}
