package dev.waybill.sample.http;

import dev.waybill.sample.order.Order;
import dev.waybill.sample.order.OrderStatus;
import jakarta.json.bind.annotation.JsonbPropertyOrder;
import java.time.Instant;

/**
 * An order as it is shown.
 *
 * @param id its number
 * @param status where it stands
 * @param reason why it failed; left out unless it did
 * @param customer who ordered
 * @param article what
 * @param quantity how many
 * @param placedAt when
 * @param changedAt when its status last changed
 */
@JsonbPropertyOrder({
  "id",
  "status",
  "reason",
  "customer",
  "article",
  "quantity",
  "placedAt",
  "changedAt"
})
public record OrderView(
    long id,
    OrderStatus status,
    String reason,
    String customer,
    String article,
    int quantity,
    Instant placedAt,
    Instant changedAt) {

  static OrderView of(Order order) {
    return new OrderView(
        order.getId(),
        order.getStatus(),
        order.getReason(),
        order.getCustomer(),
        order.getArticle(),
        order.getQuantity(),
        order.getPlacedAt(),
        order.getChangedAt());
  }
}
