/** Quotes: what an order would cost, asked of a bean that answers. */
package dev.waybill.sample.quote;
