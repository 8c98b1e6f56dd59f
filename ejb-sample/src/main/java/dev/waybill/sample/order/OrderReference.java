package dev.waybill.sample.order;

/**
 * The body of every message between the beans: which order it is about.
 *
 * @param orderId the order's number
 */
public record OrderReference(long orderId) {}
