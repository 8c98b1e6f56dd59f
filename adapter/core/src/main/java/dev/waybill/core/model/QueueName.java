package dev.waybill.core.model;

import dev.waybill.api.QueueException;
import java.util.regex.Pattern;

/**
 * The name of a queue, {@code namespace:name}.
 *
 * @param namespace {@code [A-Za-z0-9._-]{1,100}}
 * @param name {@code [A-Za-z0-9._-]{1,100}}
 */
public record QueueName(String namespace, String name) implements Comparable<QueueName> {

  private static final Pattern PART = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  /** Checks both parts. */
  public QueueName {
    if (namespace == null
        || name == null
        || !PART.matcher(namespace).matches()
        || !PART.matcher(name).matches()) {
      throw invalid(namespace + ":" + name);
    }
  }

  /**
   * Reads a name as users write it.
   *
   * @param text {@code namespace:name}
   * @return the name
   * @throws QueueException {@code INVALID} if it is not of that form
   */
  public static QueueName parse(String text) {
    int colon = text == null ? -1 : text.indexOf(':');
    if (colon < 0) {
      throw invalid(text);
    }
    String namespace = text.substring(0, colon);
    String name = text.substring(colon + 1);
    if (!PART.matcher(namespace).matches() || !PART.matcher(name).matches()) {
      throw invalid(text);
    }
    return new QueueName(namespace, name);
  }

  private static QueueException invalid(String text) {
    String hint =
        text != null && text.indexOf(':') < 0 && PART.matcher(text).matches()
            ? " Write for example \"app:" + text + "\"."
            : "";
    return new QueueException(
        QueueException.Kind.INVALID,
        "Queue name \""
            + text
            + "\" is not of the form namespace:name, both parts 1 to 100 of the characters A-Z a-z"
            + " 0-9 . _ -."
            + hint);
  }

  @Override
  public int compareTo(QueueName other) {
    int byNamespace = namespace.compareTo(other.namespace);
    return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return namespace + ":" + name;
  }
}
