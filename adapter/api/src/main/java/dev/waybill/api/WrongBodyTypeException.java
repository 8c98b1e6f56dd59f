package dev.waybill.api;

/**
 * A body was read as a type it does not have, or could not be decoded. Kind {@link
 * QueueException.Kind#INVALID}. When it leaves a listener uncaught the message goes to the
 * dead-letter queue at once: trying again would not change its body.
 */
public class WrongBodyTypeException extends QueueException {

  private static final long serialVersionUID = 1L;

  /**
   * A body that is not what the reader asked for.
   *
   * @param message which message, what it holds, what was asked for
   * @param cause the decoder's error, may be null
   */
  public WrongBodyTypeException(String message, Throwable cause) {
    super(Kind.INVALID, message, cause);
  }
}
