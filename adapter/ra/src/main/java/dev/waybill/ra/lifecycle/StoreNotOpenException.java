package dev.waybill.ra.lifecycle;

import java.util.Optional;

/** The store cannot be opened now. */
public final class StoreNotOpenException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String awaited;

  private StoreNotOpenException(String message, String awaited, Throwable cause) {
    super(message, cause);
    this.awaited = awaited;
  }

  /**
   * Something is wrong.
   *
   * @param reason property, value, what is wrong and the fix, one line without credentials
   * @param cause the error below
   */
  static StoreNotOpenException failed(String reason, Throwable cause) {
    return new StoreNotOpenException(reason, null, cause);
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
        null);
  }

  /** The property and JNDI name that are waited for, if that is the reason. */
  Optional<String> awaited() {
    return Optional.ofNullable(awaited);
  }
}
