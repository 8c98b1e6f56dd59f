package dev.waybill.sample.fulfilment;

import dev.waybill.api.Message;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueueProducer;
import dev.waybill.sample.BeanClock;
import dev.waybill.sample.order.Order;
import dev.waybill.sample.order.OrderBook;
import dev.waybill.sample.order.OrderDesk;
import dev.waybill.sample.order.OrderReference;
import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;

/**
 * Ships a reserved order, and asks for a survey some time later. The shipment, the status, the
 * delayed message and the completion commit together.
 */
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

  @Resource(lookup = OrderDesk.PRODUCER)
  private QueueProducer producer;

  @EJB private OrderBook orders;

  @EJB private Warehouse warehouse;

  @EJB private BeanClock clock;

  @Override
  public void onMessage(Message message) {
    OrderReference reference = message.json(OrderReference.class);
    Order order = orders.of(reference);
    warehouse.ship(order);
    order.shipped(clock.instant());
    producer.send(
        OutgoingMessage.to(SurveyBean.SURVEYS)
            .json(reference)
            .delay(SurveyBean.AFTER_SHIPMENT)
            .build());
  }
}
