package dev.waybill.sample.order;

import java.util.List;

/**
 * One page of orders, newest first.
 *
 * @param orders the orders of this page
 * @param total how many orders there are on all pages
 */
public record OrderPage(List<Order> orders, long total) {}
