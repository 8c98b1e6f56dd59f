/**
 * An order service on Waybill queues. An order is placed over HTTP ({@code http}), stored and
 * enqueued in one transaction ({@code order}), then reserved, shipped or given up by message-driven
 * beans ({@code fulfilment}); many orders come from a file ({@code bulk}). What an order would cost
 * is asked of a bean that answers ({@code quote}).
 */
package dev.waybill.sample;
