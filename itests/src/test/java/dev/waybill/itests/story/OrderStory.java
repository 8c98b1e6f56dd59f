package dev.waybill.itests.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.itests.orders.OrdersClient;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.time.Duration;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The order service as its users see it, over HTTP; what beans see, inside the container. */
abstract class OrderStory extends PullStory {

  private static final Duration TIMEOUT = Duration.ofSeconds(180);

  @ArquillianResource private URL base;

  private OrdersClient orders;

  @BeforeEach
  void connect() throws URISyntaxException {
    if (base != null) {
      orders = new OrdersClient(new URI(base.toString().replaceAll("/+$", "") + "/orders"));
    }
  }

  @Test
  @RunAsClient
  @Tag("S1")
  @Tag("M2")
  void anOrderIsPlacedReservedAndShipped() {
    long id = orders.place("A-100", 2);
    awaitStatus(id, "SHIPPED");
    assertThat(orders.order(id).getString("article")).isEqualTo("A-100");
  }

  @Test
  @RunAsClient
  @Tag("M8")
  @Tag("M9")
  void anOrderForAnUnknownArticleIsTriedThreeTimesAndFails() {
    long id = orders.place("X-404", 1);
    awaitStatus(id, "FAILED");
    JsonObject order = orders.order(id);
    assertThat(order.getString("reason")).contains("X-404");
    Duration took =
        Duration.between(
            java.time.Instant.parse(order.getString("placedAt")),
            java.time.Instant.parse(order.getString("changedAt")));
    assertThat(took).as("two pauses: 1 s and 2 s").isGreaterThanOrEqualTo(Duration.ofSeconds(3));
  }

  @Test
  @RunAsClient
  @Tag("M3")
  @Tag("M9")
  void anOrderThatExceedsTheStockFailsWithTheReason() {
    long id = orders.place("A-900", 11);
    awaitStatus(id, "FAILED");
    assertThat(orders.order(id).getString("reason")).contains("Out of stock", "A-900");
  }

  @Test
  @RunAsClient
  @Tag("S5")
  @Tag("M2")
  void anImportEndsWithEachEffectOnce() {
    orders.startImport();
    await()
        .atMost(TIMEOUT)
        .until(() -> orders.importProgress().getString("state").equals("FINISHED"));
    await().atMost(TIMEOUT).until(orders::summary, summary -> summary.settled() == summary.total());
    JsonObject audit = orders.audit();
    assertThat(audit.getInt("orders")).isGreaterThanOrEqualTo(600);
    assertThat(audit.getInt("shipments")).isEqualTo((int) orders.summary().count("SHIPPED"));
    assertThat(audit.getInt("reservations")).isEqualTo(audit.getInt("shipments"));
    assertThat(audit.getInt("ordersReservedTwice")).isZero();
    assertThat(audit.getInt("ordersShippedTwice")).isZero();
    assertThat(audit.getInt("shippedWithoutShipment")).isZero();
    assertThat(audit.getInt("shipmentsWithoutShipped")).isZero();
  }

  private void awaitStatus(long id, String status) {
    await("order " + id + " is " + status)
        .atMost(TIMEOUT)
        .until(() -> orders.status(id), status::equals);
  }
}
