package dev.waybill.sample.cookbook;

/**
 * The body of most messages of the examples.
 *
 * @param id the order's number
 * @param article what was ordered
 * @param quantity how many pieces
 */
public record PlacedOrder(long id, String article, int quantity) {}
