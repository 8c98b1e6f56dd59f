package dev.waybill.sample.cookbook;

/**
 * What a consumer answers.
 *
 * @param cents the price
 */
public record Price(long cents) {}
