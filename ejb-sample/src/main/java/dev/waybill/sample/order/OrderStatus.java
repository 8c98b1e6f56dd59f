package dev.waybill.sample.order;

/** Where an order stands. */
public enum OrderStatus {
  /** Stored and enqueued; the stock has not been looked at. */
  PLACED,
  /** The stock is set aside; the shipment is enqueued. */
  RESERVED,
  /** Done. */
  SHIPPED,
  /** Given up; the order says why. */
  FAILED
}
