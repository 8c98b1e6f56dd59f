package dev.waybill.sample.fulfilment;

import dev.waybill.sample.order.Order;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.Instant;

/**
 * Goods that have left for an order. One row for each time it was done: nothing in the table
 * forbids a second row for an order, so a message handled twice would be seen.
 */
@Entity
public class Shipment {

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "effects_seq")
  private Long id;

  @Column(name = "order_id")
  private long orderId;

  @Column(name = "shipped_at")
  private Instant shippedAt;

  /** For JPA. */
  protected Shipment() {}

  /** The shipment of an order, leaving now. */
  public Shipment(Order order, Instant now) {
    this.orderId = order.getId();
    this.shippedAt = now;
  }
}
