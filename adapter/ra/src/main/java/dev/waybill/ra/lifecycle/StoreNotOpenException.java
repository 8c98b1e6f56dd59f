package dev.waybill.ra.lifecycle;

import dev.waybill.core.store.NodeNameTakenException;
import java.time.Duration;
import java.util.Optional;

/** The store cannot be opened now. */
public final class StoreNotOpenException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String awaited;
  private final Duration retryAfter;
  private final boolean worthALine;

  private StoreNotOpenException(
      String message, String awaited, Duration retryAfter, boolean worthALine, Throwable cause) {
    super(message, cause);
    this.awaited = awaited;
    this.retryAfter = retryAfter;
    this.worthALine = worthALine;
  }

  /**
   * Something is wrong.
   *
   * @param reason property, value, what is wrong and the fix, one line without credentials
   * @param cause the error below
   */
  static StoreNotOpenException failed(String reason, Throwable cause) {
    return new StoreNotOpenException(reason, null, null, true, cause);
  }

  /**
   * Nothing is wrong yet: a DataSource is not bound.
   *
   * @param property the property that names it
   * @param name its JNDI name
   */
  static StoreNotOpenException notBound(String property, String name) {
    return new StoreNotOpenException(
        property
            + "=\""
            + name
            + "\" is not bound in JNDI yet; fix: define the DataSource under this name, or correct"
            + " "
            + property
            + ".",
        property + "=\"" + name + "\"",
        null,
        true,
        null);
  }

  /**
   * Another start goes by the name of this node.
   *
   * @param taken what the store says
   * @param alive whether the other has given a sign of life since it was first met; before that
   *     nothing is wrong yet: it may be the start before this one, which was killed
   */
  static StoreNotOpenException nameTaken(NodeNameTakenException taken, boolean alive) {
    return new StoreNotOpenException(
        taken.getMessage(), null, alive ? null : taken.freeAfter(), alive, taken);
  }

  /** When to try again, if that is known. */
  Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** Whether a person should hear of it. */
  boolean isWorthALine() {
    return worthALine;
  }

  /** The property and JNDI name that are waited for, if that is the reason. */
  Optional<String> awaited() {
    return Optional.ofNullable(awaited);
  }
}
