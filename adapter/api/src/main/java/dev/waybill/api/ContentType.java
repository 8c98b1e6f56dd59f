package dev.waybill.api;

/** How the body of a message is encoded. */
public enum ContentType {
  /** Characters, stored as UTF-8. Read with {@link Message#text()}. */
  TEXT,
  /** An object written by Jakarta JSON Binding. Read with {@link Message#json(Class)}. */
  JSON,
  /** Bytes as they are. Read with {@link Message#bytes()}. */
  BYTES,
  /**
   * An object in Java's serialisation. Read with {@link Message#java(Class)}, and only if the
   * adapter's property {@code allowedJavaClasses} lists every class in it.
   */
  JAVA
}
