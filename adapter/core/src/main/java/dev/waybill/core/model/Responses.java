package dev.waybill.core.model;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.WrongBodyTypeException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.UUID;

/** The responses of consumers to waiting senders: JSON of a limited size. Thread-safe. */
public final class Responses {

  private final BodyCodec bodies;
  private final int maxBytes;

  /**
   * Responses of one producer or activation.
   *
   * @param bodies knows JSON
   * @param limits bound what is written
   */
  public Responses(BodyCodec bodies, Limits limits) {
    this.bodies = Objects.requireNonNull(bodies, "bodies");
    this.maxBytes = limits.maxResponseBytes();
  }

  /**
   * Writes a response.
   *
   * @param message the message it belongs to
   * @param response null for none
   * @return JSON; null for none
   * @throws QueueException {@code INVALID} if JSON-B cannot write it, {@code TOO_LARGE}
   */
  public String write(UUID message, Object response) {
    if (response == null) {
      return null;
    }
    String json;
    try {
      json = bodies.write(response);
    } catch (RuntimeException e) {
      throw invalid(message, response, "cannot be written as JSON: " + e.getMessage(), e);
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(json)) {
      throw invalid(message, response, "contains half a surrogate pair", null);
    }
    int bytes = json.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > maxBytes) {
      throw new QueueException(
          Kind.TOO_LARGE,
          "The response to message "
              + message
              + " has "
              + bytes
              + " bytes as JSON; maxResponseBytes is "
              + maxBytes
              + ". Complete with a reference to the data instead, or raise maxResponseBytes."
              + " Nothing is decided by this call.");
    }
    return json;
  }

  private static QueueException invalid(
      UUID message, Object response, String problem, RuntimeException cause) {
    return new QueueException(
        Kind.INVALID,
        "The response to message "
            + message
            + ", of class "
            + response.getClass().getName()
            + ", "
            + problem
            + ". Complete with a class that Jakarta JSON Binding can write, or with a String."
            + " Nothing is decided by this call.",
        cause);
  }

  /**
   * Reads a response.
   *
   * @param message the message it belongs to
   * @param json what {@link #write} returned
   * @param type what to read it as
   * @param <T> the type
   * @return a new object
   * @throws WrongBodyTypeException if it is not JSON of that type
   */
  public <T> T read(UUID message, String json, Class<T> type) {
    try {
      return bodies.read(json, type);
    } catch (RuntimeException e) {
      throw new WrongBodyTypeException(
          "The response to message "
              + message
              + " cannot be read as "
              + type.getName()
              + ": "
              + e.getMessage()
              + ". Read it as the type the consumer completed with, or as text().",
          e);
    }
  }
}
