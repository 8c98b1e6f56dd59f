package dev.waybill.sample.fulfilment;

import dev.waybill.api.DeadLetter;
import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import dev.waybill.sample.BeanClock;
import dev.waybill.sample.order.Order;
import dev.waybill.sample.order.OrderBook;
import dev.waybill.sample.order.OrderReference;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;

/**
 * Closes the orders that the other beans gave up: stock goes back, the order says why. It states no
 * schedule and no dead-letter queue of its own, so it tries until it succeeds.
 */
@MessageDriven(
    activationConfig =
        @ActivationConfigProperty(
            propertyName = "queue",
            propertyValue = FailedOrderBean.DEAD_ORDERS))
public class FailedOrderBean implements QueueListener {

  /** The dead-letter queue of the order service. */
  public static final String DEAD_ORDERS = "app:orders-dlq";

  @EJB private OrderBook orders;

  @EJB private Warehouse warehouse;

  @EJB private BeanClock clock;

  @Override
  public void onMessage(Message message) {
    Order order = orders.of(message.json(OrderReference.class));
    warehouse.release(order);
    order.failed(
        message.deadLetter().map(DeadLetter::lastError).orElse("Sent here without a reason"),
        clock.instant());
  }
}
