/** The HTTP interface: {@code /orders} and below. */
package dev.waybill.sample.http;
