package dev.waybill.core.model;

/**
 * What tells one line of deliveries from another. Streams have lines of their own: the first letter
 * says what the rest is, so that no ordering key, whatever its text, is taken for a stream.
 */
public final class LineKey {

  /** The line of an ordering key begins with it. */
  public static final String OF_KEY = "k";

  /** The line of a stream begins with it. */
  public static final String OF_STREAM = "s";

  private LineKey() {}

  /**
   * The line of a message.
   *
   * @param orderingKey null if it has none
   * @param producerId of its stream; null if it is in none
   * @return null if it stands in no line
   */
  public static String of(String orderingKey, String producerId) {
    if (producerId != null) {
      return OF_STREAM + producerId;
    }
    return orderingKey == null ? null : OF_KEY + orderingKey;
  }

  /** Whether a line, which may be null, is that of a stream. */
  public static boolean isStream(String lineKey) {
    return lineKey != null && lineKey.startsWith(OF_STREAM);
  }
}
