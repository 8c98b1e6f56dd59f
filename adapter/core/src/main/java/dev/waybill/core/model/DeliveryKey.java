package dev.waybill.core.model;

/**
 * The identity of a delivery: one message, one consumer group.
 *
 * @param position the message's position
 * @param groupId the key of the consumer group in the store
 */
public record DeliveryKey(long position, long groupId) {}
