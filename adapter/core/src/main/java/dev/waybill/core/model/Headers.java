package dev.waybill.core.model;

import dev.waybill.api.QueueException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The rules for headers: names, values, and the two that set a property. */
final class Headers {

  private static final String RESERVED = "waybill-";
  private static final int MAX_NAME = 255;

  private Headers() {}

  /** Checked headers, with values String, Long, Double or Boolean. */
  static Map<String, Object> normalise(Map<String, Object> headers) {
    Map<String, Object> normal = new LinkedHashMap<>();
    headers.forEach(
        (name, value) -> {
          if (name.isBlank() || name.length() > MAX_NAME) {
            throw invalid(
                "Header name \"" + name + "\" must have 1 to " + MAX_NAME + " characters.");
          }
          if (name.toLowerCase(Locale.ROOT).startsWith(RESERVED)) {
            throw invalid(
                "Header name \""
                    + name
                    + "\" is reserved. Use a name that does not start with waybill-.");
          }
          normal.put(name, normaliseValue(name, value));
        });
    return Collections.unmodifiableMap(normal);
  }

  private static Object normaliseValue(String name, Object value) {
    if (value instanceof String || value instanceof Boolean) {
      return value;
    }
    if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte
        || (value instanceof BigInteger big && big.bitLength() < 64)) {
      return ((Number) value).longValue();
    }
    if (value instanceof Number number
        && !(value instanceof BigInteger)
        && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw invalid(
        "Header \""
            + name
            + "\" has a value of "
            + (value == null ? "null" : value.getClass().getName() + " (" + value + ")")
            + ". Accepted are strings, booleans, and numbers that fit a long or a finite double.");
  }

  static Optional<Integer> priority(Map<String, Object> headers) {
    Object value = headers.get("priority");
    if (value == null) {
      return Optional.empty();
    }
    String text = value.toString();
    return Optional.of(
        switch (text) {
          case "low" -> 1;
          case "normal" -> 4;
          case "high" -> 8;
          default -> {
            if (text.length() == 1 && text.charAt(0) >= '0' && text.charAt(0) <= '9') {
              yield text.charAt(0) - '0';
            }
            throw invalid(
                "Header \"priority\" is \""
                    + text
                    + "\". Accepted are 0 to 9, low, normal,"
                    + " high; or leave it out.");
          }
        });
  }

  static Optional<String> correlationId(Map<String, Object> headers) {
    return Optional.ofNullable(headers.get("correlation_id")).map(Object::toString);
  }

  static int sizeInBytes(Map<String, Object> headers) {
    int bytes = 0;
    for (Map.Entry<String, Object> header : headers.entrySet()) {
      bytes += header.getKey().getBytes(StandardCharsets.UTF_8).length;
      bytes += header.getValue().toString().getBytes(StandardCharsets.UTF_8).length;
    }
    return bytes;
  }

  private static QueueException invalid(String message) {
    return new QueueException(QueueException.Kind.INVALID, message);
  }
}
