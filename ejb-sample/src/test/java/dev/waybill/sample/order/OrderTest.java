package dev.waybill.sample.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class OrderTest {

  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

  private final Order order = new Order(new NewOrder("c-1", "A-100", 2), NOON);

  @Test
  void aNewOrderIsPlaced() {
    assertThat(order.getStatus()).isEqualTo(OrderStatus.PLACED);
    assertThat(order.getPlacedAt()).isEqualTo(NOON);
  }

  @Test
  void eachStepChangesTheStatusAndTheTimeOfTheChange() {
    order.reserved(NOON.plusSeconds(1));
    assertThat(order.getStatus()).isEqualTo(OrderStatus.RESERVED);

    order.shipped(NOON.plusSeconds(2));
    assertThat(order.getStatus()).isEqualTo(OrderStatus.SHIPPED);
    assertThat(order.getChangedAt()).isEqualTo(NOON.plusSeconds(2));
    assertThat(order.getPlacedAt()).isEqualTo(NOON);
  }

  @Test
  void aFailedOrderSaysWhyInAsMuchAsItsColumnHolds() {
    order.failed("x".repeat(5000), NOON);

    assertThat(order.getStatus()).isEqualTo(OrderStatus.FAILED);
    assertThat(order.getReason()).hasSize(1000);
  }
}
