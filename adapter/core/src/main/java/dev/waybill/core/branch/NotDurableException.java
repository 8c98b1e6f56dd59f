package dev.waybill.core.branch;

/**
 * A COMMIT happened, but could not be forced to disk: a power failure now may lose it. To a
 * transaction manager that is as good as no answer yet, so it asks again; nobody may do the same
 * work again.
 */
public final class NotDurableException extends UndecidedException {

  private static final long serialVersionUID = 1L;

  /**
   * A commit that is not durable yet.
   *
   * @param what which commit, and what to do
   * @param cause the error of the last try
   */
  public NotDurableException(String what, Throwable cause) {
    super(what, cause);
  }
}
