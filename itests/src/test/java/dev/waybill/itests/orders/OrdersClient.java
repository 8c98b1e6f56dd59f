package dev.waybill.itests.orders;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** The order service as its users see it: over HTTP. */
public final class OrdersClient {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final String base;

  /**
   * A client.
   *
   * @param orders the address of the orders, without a slash at its end
   */
  public OrdersClient(URI orders) {
    this.base = orders.toString();
  }

  /**
   * Places an order.
   *
   * @return its number
   */
  public long place(String article, int quantity) {
    String order =
        Json.createObjectBuilder()
            .add("customer", "c-1")
            .add("article", article)
            .add("quantity", quantity)
            .build()
            .toString();
    HttpResponse<String> answer = post("", order);
    assertThat(answer.statusCode()).as("POST %s: %s", base, answer.body()).isEqualTo(201);
    JsonObject placed = json(answer);
    assertThat(placed.getString("status")).isEqualTo("PLACED");
    return placed.getJsonNumber("id").longValue();
  }

  /** Starts the import of the bundled orders. */
  public void startImport() {
    HttpResponse<String> answer = post("/import", "");
    assertThat(answer.statusCode()).as("POST import: %s", answer.body()).isEqualTo(202);
  }

  /** How far the import is. */
  public JsonObject importProgress() {
    return get("/import");
  }

  /** What the service counts itself. */
  public JsonObject audit() {
    return get("/audit");
  }

  /** An order as it is shown. */
  public JsonObject order(long id) {
    return get("/" + id);
  }

  /** Where an order stands. */
  public String status(long id) {
    return order(id).getString("status");
  }

  /** How many orders stand where. */
  public Summary summary() {
    return new Summary(
        get("/summary").entrySet().stream()
            .collect(
                Collectors.toMap(Map.Entry::getKey, e -> ((JsonNumber) e.getValue()).longValue())));
  }

  /**
   * Orders by status.
   *
   * @param counts how many orders stand where
   */
  public record Summary(Map<String, Long> counts) {

    /** How many have this status. */
    public long count(String status) {
      return counts.getOrDefault(status, 0L);
    }

    /** All orders. */
    public long total() {
      return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Orders that will not change any more. */
    public long settled() {
      return count("SHIPPED") + count("FAILED");
    }
  }

  private JsonObject get(String path) {
    HttpResponse<String> answer = send(request(path).GET().build());
    assertThat(answer.statusCode()).as("GET %s%s: %s", base, path, answer.body()).isEqualTo(200);
    return json(answer);
  }

  private HttpResponse<String> post(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(TIMEOUT);
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException("No answer to " + request, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for " + request, e);
    }
  }

  private static JsonObject json(HttpResponse<String> answer) {
    try (var reader = Json.createReader(new StringReader(answer.body()))) {
      return reader.readObject();
    }
  }
}
