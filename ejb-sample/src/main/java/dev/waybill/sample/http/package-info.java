/** The HTTP interface: {@code /orders} and below, {@code /quotes}. */
package dev.waybill.sample.http;
