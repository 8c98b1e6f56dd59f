package dev.waybill.sample.order;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.time.Instant;

/** One order for one article, and where it stands. */
@Entity
@Table(name = "orders")
public class Order {

  private static final int REASON_LIMIT_CHARACTERS = 1000;

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "orders_seq")
  @SequenceGenerator(name = "orders_seq", sequenceName = "orders_seq", allocationSize = 50)
  private Long id;

  private String customer;
  private String article;
  private int quantity;

  @Enumerated(EnumType.STRING)
  private OrderStatus status;

  private String reason;

  @Column(name = "placed_at")
  private Instant placedAt;

  @Column(name = "changed_at")
  private Instant changedAt;

  /** For JPA. */
  protected Order() {}

  /** An order as it is placed. */
  public Order(NewOrder order, Instant now) {
    this.customer = order.customer();
    this.article = order.article();
    this.quantity = order.quantity();
    this.status = OrderStatus.PLACED;
    this.placedAt = now;
    this.changedAt = now;
  }

  /** Records that the stock is set aside. */
  public void reserved(Instant now) {
    change(OrderStatus.RESERVED, now);
  }

  /** Records that the goods have left. */
  public void shipped(Instant now) {
    change(OrderStatus.SHIPPED, now);
  }

  /**
   * Records that the order is given up.
   *
   * @param reason why, for the customer; cut at 1000 characters
   */
  public void failed(String reason, Instant now) {
    this.reason =
        reason.length() > REASON_LIMIT_CHARACTERS
            ? reason.substring(0, REASON_LIMIT_CHARACTERS)
            : reason;
    change(OrderStatus.FAILED, now);
  }

  private void change(OrderStatus status, Instant now) {
    this.status = status;
    this.changedAt = now;
  }

  /** Its number; given when it is placed. */
  public Long getId() {
    return id;
  }

  public String getCustomer() {
    return customer;
  }

  public String getArticle() {
    return article;
  }

  public int getQuantity() {
    return quantity;
  }

  public OrderStatus getStatus() {
    return status;
  }

  /** Why it failed; null unless it did. */
  public String getReason() {
    return reason;
  }

  public Instant getPlacedAt() {
    return placedAt;
  }

  /** When its status last changed. */
  public Instant getChangedAt() {
    return changedAt;
  }
}
