package dev.waybill.core.model;

/**
 * A message in the hands of one consumer.
 *
 * @param lease the right to settle it
 * @param message what was sent
 */
public record LeasedMessage(Lease lease, MessageData message) {}
