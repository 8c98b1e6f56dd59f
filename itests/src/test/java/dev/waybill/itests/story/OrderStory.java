package dev.waybill.itests.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.itests.orders.OrdersClient;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.net.URISyntaxException;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
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
      orders = new OrdersClient(base.toURI());
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
            Instant.parse(order.getString("placedAt")),
            Instant.parse(order.getString("changedAt")));
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
  @Tag("M4")
  void anImportEndsWithEachEffectOnce() {
    orders.importAll(TIMEOUT);
    awaitAllDone();
    JsonObject audit = orders.audit();
    assertThat(audit.getInt("orders")).isGreaterThanOrEqualTo(600);
    assertThat(audit.getInt("shipments")).isEqualTo((int) orders.summary().count("SHIPPED"));
    assertThat(audit.getInt("reservations")).isEqualTo(audit.getInt("shipments"));
    assertThat(audit.getInt("surveys")).isEqualTo(audit.getInt("shipments"));
    assertThat(audit.getInt("surveyBatches"))
        .as("of more than one")
        .isLessThan(audit.getInt("surveys"));
    assertThat(audit.getInt("ordersReservedTwice")).isZero();
    assertThat(audit.getInt("ordersShippedTwice")).isZero();
    assertThat(audit.getInt("shippedWithoutShipment")).isZero();
    assertThat(audit.getInt("shipmentsWithoutShipped")).isZero();
    assertThat(audit.getInt("ordersSurveyedTwice")).isZero();
    assertThat(audit.getInt("surveysWithoutShipment")).isZero();
  }

  @Test
  @RunAsClient
  @Tag("S4")
  void aCustomerIsAskedSomeSecondsAfterTheShipment() {
    awaitAllDone();
    long id = orders.place("A-100", 1);
    awaitStatus(id, "SHIPPED");
    awaitAllDone();
    Instant asked = Instant.now();
    assertThat(Duration.between(time(id, "changedAt"), asked))
        .as("the delay of the message")
        .isGreaterThanOrEqualTo(Duration.ofSeconds(3));
  }

  @Test
  @RunAsClient
  @Tag("S8")
  void anOrderThatIsTriedAgainHoldsUpTheLaterOnesOfItsCustomerOnly() {
    long first = orders.place("c-held", "X-404", 1);
    orders.place("c-held", "X-405", 1);
    long held = orders.place("c-held", "A-100", 1);
    long free = orders.place("c-free", "A-100", 1);
    awaitStatus(held, "SHIPPED");
    awaitStatus(free, "SHIPPED");
    assertThat(Duration.between(time(first, "placedAt"), time(held, "changedAt")))
        .as("twice the pauses of 1 s and 2 s")
        .isGreaterThanOrEqualTo(Duration.ofSeconds(6));
    assertThat(time(free, "changedAt")).isBefore(time(held, "changedAt"));
  }

  @Test
  @RunAsClient
  @Tag("S10")
  void aQuoteIsTheAnswerOfTheBean() {
    JsonObject answer = orders.quote("A-100", 3);
    assertThat(answer.getString("status")).isEqualTo("completed");
    JsonObject quote = answer.getJsonObject("quote");
    assertThat(quote.getString("article")).isEqualTo("A-100");
    assertThat(quote.getInt("totalCents")).isEqualTo(3 * quote.getInt("unitPriceCents"));
  }

  @Test
  @RunAsClient
  @Tag("S10")
  void aQuoteForAnUnknownArticleIsRefusedWithTheReason() {
    JsonObject answer = orders.quote("X-404", 1);
    assertThat(answer.getString("status")).isEqualTo("refused");
    assertThat(answer.getString("reason")).contains("X-404");
  }

  @Test
  @RunAsClient
  @Tag("S10")
  void aQuoteWithoutAnAnswerInTimeIsTimedOut() {
    assertThat(orders.quote("A-900", 1))
        .isEqualTo(Json.createObjectBuilder().add("status", "timedOut").build());
  }

  @Test
  @RunAsClient
  void allThatIsWrongWithARequestForAQuoteIsSaidAtOnce() {
    assertThat(orders.refusedQuote("{}").getJsonArray("problems"))
        .extracting(problem -> problem.asJsonObject().getString("where"))
        .containsExactly("customer", "article", "quantity");
  }

  private Instant time(long id, String which) {
    return Instant.parse(orders.order(id).getString(which));
  }

  private void awaitAllDone() {
    orders.awaitFinished(TIMEOUT);
  }

  private void awaitStatus(long id, String status) {
    await("order " + id + " is " + status)
        .atMost(TIMEOUT)
        .until(() -> orders.status(id), status::equals);
  }
}
