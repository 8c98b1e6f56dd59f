/**
 * Endpoints: activations of message-driven beans, and the one place that runs {@code
 * beforeDelivery}, listener, settlement and {@code afterDelivery} in their order (Jakarta
 * Connectors 2.1, chapter 13).
 */
package dev.waybill.ra.inbound;
