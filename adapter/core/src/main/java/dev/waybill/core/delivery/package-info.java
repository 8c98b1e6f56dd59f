/**
 * Hands messages to consumers: the claim loop, wake-up, lease keeper, reaper and drain. Drives a
 * {@link dev.waybill.core.delivery.DeliveryTarget} and knows nothing of containers.
 */
package dev.waybill.core.delivery;
