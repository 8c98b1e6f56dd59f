package dev.waybill.sample.fulfilment;

import dev.waybill.sample.order.OrderReference;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.Instant;

/**
 * A customer was asked about an order. One row for each time it was done: nothing in the table
 * forbids a second row for an order, so a message handled twice would be seen.
 */
@Entity
public class Survey {

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "effects_seq")
  private Long id;

  @Column(name = "order_id")
  private long orderId;

  @Column(name = "asked_at")
  private Instant askedAt;

  /** For JPA. */
  protected Survey() {}

  /** The survey about an order; those that were asked together have the same time. */
  public Survey(OrderReference order, Instant now) {
    this.orderId = order.orderId();
    this.askedAt = now;
  }
}
