package dev.waybill.sample.fulfilment;

import dev.waybill.sample.order.Order;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import java.time.Instant;

/**
 * Stock set aside for an order. One row for each time it was done: nothing in the table forbids a
 * second row for an order, so a message handled twice would be seen.
 */
@Entity
public class Reservation {

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "effects_seq")
  @SequenceGenerator(name = "effects_seq", sequenceName = "effects_seq", allocationSize = 50)
  private Long id;

  @Column(name = "order_id")
  private long orderId;

  private String article;
  private int quantity;
  private boolean released;

  @Column(name = "reserved_at")
  private Instant reservedAt;

  /** For JPA. */
  protected Reservation() {}

  /** The stock an order needs, set aside now. */
  public Reservation(Order order, Instant now) {
    this.orderId = order.getId();
    this.article = order.getArticle();
    this.quantity = order.getQuantity();
    this.reservedAt = now;
  }

  /** Records that the stock was given back. */
  public void release() {
    released = true;
  }

  /** Whether the stock was given back. */
  public boolean isReleased() {
    return released;
  }

  public String getArticle() {
    return article;
  }

  public int getQuantity() {
    return quantity;
  }
}
