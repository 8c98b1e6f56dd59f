package dev.waybill.sample.fulfilment;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import dev.waybill.sample.order.Order;
import dev.waybill.sample.order.OrderBook;
import dev.waybill.sample.order.OrderReference;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import jakarta.inject.Inject;
import java.time.Clock;

/** Ships a reserved order. The shipment, the status and the completion commit together. */
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = ShippingBean.SHIPMENTS),
      @ActivationConfigProperty(
          propertyName = "deadLetterQueue",
          propertyValue = FailedOrderBean.DEAD_ORDERS),
      @ActivationConfigProperty(propertyName = "retrySchedule", propertyValue = "exponential"),
      @ActivationConfigProperty(propertyName = "maxAttempts", propertyValue = "5")
    })
public class ShippingBean implements QueueListener {

  /** The queue of reserved orders. */
  public static final String SHIPMENTS = "app:shipments";

  @EJB private OrderBook orders;

  @EJB private Warehouse warehouse;

  @Inject private Clock clock;

  @Override
  public void onMessage(Message message) {
    Order order = orders.of(message.json(OrderReference.class));
    warehouse.ship(order);
    order.shipped(clock.instant());
  }
}
