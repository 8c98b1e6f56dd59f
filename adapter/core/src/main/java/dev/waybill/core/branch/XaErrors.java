package dev.waybill.core.branch;

import javax.transaction.xa.XAException;

/** XAExceptions that carry both the code the transaction manager needs and a text for people. */
final class XaErrors {

  private XaErrors() {}

  static XAException of(int errorCode, String message, Throwable cause) {
    XAException exception = new XAException(message);
    exception.errorCode = errorCode;
    exception.initCause(cause);
    return exception;
  }
}
