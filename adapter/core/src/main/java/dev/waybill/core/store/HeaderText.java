package dev.waybill.core.store;

import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Headers as JSON text. A number without fraction and exponent is a Long, any other a Double; the
 * three doubles that JSON has no number for are written as an object.
 */
final class HeaderText {

  private static final String NOT_A_JSON_NUMBER = "double";
  private static final JsonBuilderFactory BUILDERS = Json.createBuilderFactory(Map.of());
  private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

  private HeaderText() {}

  /** Null if there are no headers. */
  static String write(Map<String, Object> headers) {
    if (headers.isEmpty()) {
      return null;
    }
    JsonObjectBuilder object = BUILDERS.createObjectBuilder();
    headers.forEach(
        (name, value) -> {
          if (value instanceof String text) {
            object.add(name, text);
          } else if (value instanceof Boolean flag) {
            object.add(name, flag);
          } else if (value instanceof Double number && !Double.isFinite(number)) {
            object.add(
                name,
                BUILDERS.createObjectBuilder().add(NOT_A_JSON_NUMBER, number.toString()).build());
          } else if (value instanceof Double number) {
            object.add(name, number);
          } else {
            object.add(name, ((Number) value).longValue());
          }
        });
    return object.build().toString();
  }

  /** Reads what {@link #write} wrote, in the same order. */
  static Map<String, Object> read(String text) {
    if (text == null) {
      return Map.of();
    }
    JsonObject object;
    try (var reader = READERS.createReader(new StringReader(text))) {
      object = reader.readObject();
    }
    Map<String, Object> headers = new LinkedHashMap<>();
    object.forEach((name, value) -> headers.put(name, header(value)));
    return Collections.unmodifiableMap(headers);
  }

  private static Object header(JsonValue value) {
    return switch (value.getValueType()) {
      case STRING -> ((JsonString) value).getString();
      case TRUE -> Boolean.TRUE;
      case FALSE -> Boolean.FALSE;
      case NUMBER -> {
        JsonNumber number = (JsonNumber) value;
        String digits = number.toString();
        boolean integral = digits.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
        yield integral ? (Object) number.longValue() : (Object) number.doubleValue();
      }
      case OBJECT -> Double.valueOf(value.asJsonObject().getString(NOT_A_JSON_NUMBER));
      case ARRAY, NULL -> throw new IllegalStateException("Not a header: " + value);
    };
  }
}
