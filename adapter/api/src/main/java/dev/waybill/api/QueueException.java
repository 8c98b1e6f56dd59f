package dev.waybill.api;

import java.util.Objects;

/**
 * The one family of errors of Waybill. Every message says what was wrong, where, what would be
 * accepted and what to do; nothing is half done when it is thrown. Nothing at all was done, but for
 * two cases of kind {@code UNAVAILABLE}. One that is not retryable means that the outcome is not
 * known yet, or that the call did its work and could not wait for what becomes of it. One that is
 * retryable may come from a send with a deduplication id, or with a given sequence of a stream,
 * whose outcome is not known: made again, the same call does nothing twice.
 */
public class QueueException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What went wrong, in the terms a caller can act on. */
  public enum Kind {
    /** Bad queue name, empty body, bad option, no delivery context, wrong body type. */
    INVALID(false),
    /** Message or batch over its limit. */
    TOO_LARGE(false),
    /** Stream window or queue limit reached. */
    FULL(true),
    /** The permission policy said no. */
    PERMISSION_DENIED(false),
    /** Stale lease, completed twice, fenced producer. */
    CONFLICT(false),
    /** The next message was asked for while one is pending. */
    PENDING(false),
    /**
     * Store out of reach, the adapter is shutting down, or another transaction that uses the same
     * deduplication id or stream is undecided. An error of this kind that is not retryable means
     * that the outcome is not known yet, or not safe yet: the work may have been done, and must not
     * be done again.
     */
    UNAVAILABLE(true),
    /**
     * Anything else, with its cause; says retryable where nothing was done and a retry may help.
     */
    INTERNAL(false);

    private final boolean retryable;

    Kind(boolean retryable) {
      this.retryable = retryable;
    }

    /**
     * Whether errors of this kind may succeed when tried again, unless the error says otherwise.
     */
    public boolean retryable() {
      return retryable;
    }
  }

  private final Kind kind;
  private final boolean retryable;

  /**
   * An error whose retryability is that of its kind.
   *
   * @param kind what went wrong
   * @param message what was wrong, where, what would be accepted, what to do
   */
  public QueueException(Kind kind, String message) {
    this(kind, message, null);
  }

  /**
   * An error with a cause, whose retryability is that of its kind.
   *
   * @param kind what went wrong
   * @param message what was wrong, where, what would be accepted, what to do
   * @param cause the error below, may be null
   */
  public QueueException(Kind kind, String message, Throwable cause) {
    this(kind, message, cause, kind.retryable());
  }

  /**
   * An error that says itself whether it may be retried.
   *
   * @param kind what went wrong
   * @param message what was wrong, where, what would be accepted, what to do
   * @param cause the error below, may be null
   * @param retryable whether the same call may be made again; true only if what it may have done is
   *     not done twice
   */
  public QueueException(Kind kind, String message, Throwable cause, boolean retryable) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind, "kind");
    this.retryable = retryable;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /**
   * Whether the same call may be made again, and may succeed then; what it may have done is not
   * done twice.
   */
  public boolean retryable() {
    return retryable;
  }
}
