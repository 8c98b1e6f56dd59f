package dev.waybill.sample.http;

import dev.waybill.sample.order.InvalidOrderException;
import dev.waybill.sample.order.NewOrder;
import dev.waybill.sample.order.Problem;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonStructure;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads an order from JSON, and says all that is wrong with it at once. */
final class OrderJson {

  private static final String EXAMPLE =
      "{\"customer\":\"c-1\",\"article\":\"A-100\",\"quantity\":2}";

  private OrderJson() {}

  /**
   * Reads one order. Members it does not know are ignored.
   *
   * @throws InvalidOrderException if it is not JSON or not an order
   */
  static NewOrder read(String json) {
    JsonObject object = object(json);
    List<Problem> problems = new ArrayList<>();
    String customer = text(object, "customer", problems::add);
    String article = text(object, "article", problems::add);
    int quantity = wholeNumber(object, "quantity", problems::add);
    if (problems.isEmpty()) {
      return new NewOrder(customer, article, quantity);
    }
    throw new InvalidOrderException(problems);
  }

  private static JsonObject object(String json) {
    if (json == null || json.isBlank()) {
      throw new InvalidOrderException(List.of(notAnOrder("is empty")));
    }
    try (JsonReader reader = Json.createReader(new StringReader(json))) {
      JsonStructure structure = reader.read();
      if (structure instanceof JsonObject object) {
        return object;
      }
      throw new InvalidOrderException(List.of(notAnOrder("is a list")));
    } catch (JsonException e) {
      throw new InvalidOrderException(List.of(notAnOrder("is not JSON")));
    }
  }

  private static Problem notAnOrder(String what) {
    return new Problem("body", what, "a JSON object", "send " + EXAMPLE);
  }

  private static String text(JsonObject order, String field, Consumer<Problem> problems) {
    JsonValue value = order.get(field);
    if (value instanceof JsonString string) {
      return string.getString();
    }
    problems.accept(new Problem(field, found(value), "a string", "send " + EXAMPLE));
    return null;
  }

  private static int wholeNumber(JsonObject order, String field, Consumer<Problem> problems) {
    JsonValue value = order.get(field);
    if (value instanceof JsonNumber number) {
      try {
        return number.bigDecimalValue().intValueExact();
      } catch (ArithmeticException notAnInt) {
        // reported below, like any other value that is no whole number
      }
    }
    problems.accept(new Problem(field, found(value), "a whole number", "send " + EXAMPLE));
    return 0;
  }

  private static String found(JsonValue value) {
    return value == null ? "is missing" : "was " + Problem.shortened(value.toString());
  }
}
