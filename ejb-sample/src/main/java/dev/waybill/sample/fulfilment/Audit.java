package dev.waybill.sample.fulfilment;

import jakarta.json.bind.annotation.JsonbPropertyOrder;

/**
 * Counts that must agree when no order is on its way: every order has had each effect once.
 *
 * @param orders all orders
 * @param reservations reservations that were not given back
 * @param shipments shipments
 * @param surveys surveys, which follow the shipments some seconds later
 * @param surveyBatches in how many batches they were written
 * @param ordersReservedTwice orders with more than one reservation; always 0
 * @param ordersShippedTwice orders with more than one shipment; always 0
 * @param ordersSurveyedTwice orders with more than one survey; always 0
 * @param shippedWithoutShipment orders that say SHIPPED and have no shipment; always 0
 * @param shipmentsWithoutShipped shipments of orders that do not say SHIPPED; always 0
 * @param surveysWithoutShipment surveys of orders that have no shipment; always 0
 */
@JsonbPropertyOrder({"orders", "reservations", "shipments", "surveys", "surveyBatches"})
public record Audit(
    long orders,
    long reservations,
    long shipments,
    long surveys,
    long surveyBatches,
    long ordersReservedTwice,
    long ordersShippedTwice,
    long ordersSurveyedTwice,
    long shippedWithoutShipment,
    long shipmentsWithoutShipped,
    long surveysWithoutShipment) {}
