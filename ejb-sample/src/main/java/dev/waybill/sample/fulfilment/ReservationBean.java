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
 * Reserves the stock of a placed order and passes the order on. The stock, the new status, the next
 * message and the completion of this one commit together.
 *
 * <p>An article that is not in the catalogue may be on its way there, so the order is tried three
 * times before it is given up. Short stock is an answer, not a fault: the order is rejected at
 * once, with the reason.
 */
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = OrderDesk.ORDERS),
      @ActivationConfigProperty(
          propertyName = "deadLetterQueue",
          propertyValue = FailedOrderBean.DEAD_ORDERS),
      @ActivationConfigProperty(propertyName = "retrySchedule", propertyValue = "exponential"),
      @ActivationConfigProperty(propertyName = "maxAttempts", propertyValue = "3")
    })
public class ReservationBean implements QueueListener {

  @Resource(lookup = OrderDesk.PRODUCER)
  private QueueProducer producer;

  @EJB private OrderBook orders;

  @EJB private Warehouse warehouse;

  @EJB private BeanClock clock;

  @Override
  public void onMessage(Message message) throws UnknownArticleException {
    OrderReference reference = message.json(OrderReference.class);
    Order order = orders.of(reference);
    Article article =
        warehouse
            .article(order.getArticle())
            .orElseThrow(() -> new UnknownArticleException(order.getArticle()));
    switch (warehouse.reserve(order)) {
      case RESERVED -> {
        order.reserved(clock.instant());
        producer.send(OutgoingMessage.to(ShippingBean.SHIPMENTS).json(reference).build());
      }
      case SHORT ->
          message.reject(
              "Out of stock: %d of %s (%s) ordered, %d left"
                  .formatted(
                      order.getQuantity(),
                      article.getCode(),
                      article.getName(),
                      article.getStock()));
    }
  }
}
