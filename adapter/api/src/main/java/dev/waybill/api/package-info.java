/**
 * The application's view of Waybill: send with a {@link dev.waybill.api.QueueProducer}, receive
 * with a message-driven bean that implements {@link dev.waybill.api.QueueListener}, {@link
 * dev.waybill.api.QueuePayloadListener} or {@link dev.waybill.api.QueueBatchListener}, or ask for
 * messages with a {@link dev.waybill.api.QueueReceiver}.
 *
 * <p>Everything an application does to a queue inside a Jakarta Transactions transaction commits or
 * rolls back with that transaction. All errors are {@link dev.waybill.api.QueueException}s, told
 * apart by their {@linkplain dev.waybill.api.QueueException#kind() kind}.
 */
package dev.waybill.api;
