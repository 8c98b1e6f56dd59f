package dev.waybill.itests.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The order service as its users see it: over HTTP. */
public final class OrdersClient {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final String base;

  /**
   * A client.
   *
   * @param application the address of the page
   */
  public OrdersClient(URI application) {
    this.base = application.toString().replaceAll("/+$", "");
  }

  /**
   * Places an order of the customer {@code c-1}.
   *
   * @return its number
   */
  public long place(String article, int quantity) {
    return place("c-1", article, quantity);
  }

  /**
   * Places an order.
   *
   * @return its number
   */
  public long place(String customer, String article, int quantity) {
    HttpResponse<String> answer = post("orders", order(customer, article, quantity));
    assertThat(answer.statusCode()).as("POST orders: %s", answer.body()).isEqualTo(201);
    JsonObject placed = json(answer);
    assertThat(placed.getString("status")).isEqualTo("PLACED");
    return placed.getJsonNumber("id").longValue();
  }

  /** Asks what an order would cost. */
  public JsonObject quote(String article, int quantity) {
    HttpResponse<String> answer = post("quotes", order("c-1", article, quantity));
    assertThat(answer.statusCode()).as("POST quotes: %s", answer.body()).isEqualTo(200);
    return json(answer);
  }

  /**
   * Asks for a quote in a way that is not accepted.
   *
   * @return what is wrong with it
   */
  public JsonObject refusedQuote(String body) {
    HttpResponse<String> answer = post("quotes", body);
    assertThat(answer.statusCode()).as("POST quotes: %s", answer.body()).isEqualTo(400);
    return json(answer);
  }

  private static String order(String customer, String article, int quantity) {
    return Json.createObjectBuilder()
        .add("customer", customer)
        .add("article", article)
        .add("quantity", quantity)
        .build()
        .toString();
  }

  /** Starts the import of the bundled orders. */
  public void startImport() {
    HttpResponse<String> answer = post("orders/import", "");
    assertThat(answer.statusCode()).as("POST import: %s", answer.body()).isEqualTo(202);
  }

  /** Imports the bundled orders, and waits until all of them are placed. */
  public void importAll(Duration atMost) {
    startImport();
    await("the import ended")
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> get("/import").getString("state").equals("FINISHED"));
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
   * Waits until the orders stand as wished.
   *
   * @param wish its words
   */
  public Summary awaitSummary(String wish, Duration atMost, Predicate<Summary> reached) {
    return await(wish)
        .atMost(atMost)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(this::summary, reached);
  }

  /** Waits until all orders have ended, and all that were shipped have their surveys. */
  public void awaitFinished(Duration atMost) {
    await("all orders have ended, surveys and all")
        .atMost(atMost)
        .until(this::unfinished, open -> open == 0);
  }

  private long unfinished() {
    Summary summary = summary();
    if (summary.settled() < summary.total()) {
      return summary.total() - summary.settled();
    }
    JsonObject audit = audit();
    return audit.getInt("shipments") - audit.getInt("surveys");
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
    HttpResponse<String> answer = send(request("orders" + path).GET().build());
    assertThat(answer.statusCode()).as("GET %s: %s", answer.uri(), answer.body()).isEqualTo(200);
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
    return HttpRequest.newBuilder(URI.create(base + "/" + path)).timeout(TIMEOUT);
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
