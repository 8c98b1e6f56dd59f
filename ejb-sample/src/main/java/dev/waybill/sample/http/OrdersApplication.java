package dev.waybill.sample.http;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The HTTP interface, below {@code /orders}; the page at {@code /} is static. */
@ApplicationPath("orders")
public class OrdersApplication extends Application {}
