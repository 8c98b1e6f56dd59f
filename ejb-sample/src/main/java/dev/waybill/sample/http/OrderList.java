package dev.waybill.sample.http;

import dev.waybill.sample.order.OrderPage;
import dev.waybill.sample.order.PageRequest;
import jakarta.json.bind.annotation.JsonbPropertyOrder;
import java.util.List;

/**
 * One page of orders as it is shown.
 *
 * @param page its number, from 0
 * @param size how many orders a page holds
 * @param total how many orders there are on all pages
 * @param orders the orders, newest first
 */
@JsonbPropertyOrder({"page", "size", "total", "orders"})
public record OrderList(int page, int size, long total, List<OrderView> orders) {

  static OrderList of(PageRequest request, OrderPage page) {
    return new OrderList(
        request.page(),
        request.size(),
        page.total(),
        page.orders().stream().map(OrderView::of).toList());
  }
}
