package dev.waybill.itests.crash.app;

import dev.waybill.api.Message;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueueProducer;
import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Handles an order and passes it on to be shipped. */
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = Order.ORDERS),
      @ActivationConfigProperty(propertyName = "deadLetterQueue", propertyValue = Order.DEAD),
      @ActivationConfigProperty(propertyName = "leaseDuration", propertyValue = "3s"),
      @ActivationConfigProperty(propertyName = "retrySchedule", propertyValue = "exponential"),
      @ActivationConfigProperty(propertyName = "maxAttempts", propertyValue = "1000")
    })
public class OrderBean implements QueueListener {

  private static final long WORK_MILLIS = 400;

  @Resource(lookup = PlaceOrders.PRODUCER)
  private QueueProducer producer;

  @EJB private EffectTable effects;

  @Override
  public void onMessage(Message message) {
    Order order = Order.parse(message.text());
    if (order.is("REJECTED")) {
      message.reject("asked for");
      return;
    }
    effects.record(order.number(), "HANDLED", message.attempts());
    producer.send(OutgoingMessage.to(Order.SHIPMENTS).text(order.text()).build());
    boolean first = message.attempts() == 1;
    if (order.is("FAILS_FIRST") && first) {
      throw new IllegalStateException("Order " + order.number() + " fails at first");
    }
    if (order.is("CLASHES_FIRST") && first) {
      effects.clash();
    }
    if (order.is("SLOW")) {
      work();
    }
  }

  private static void work() {
    try {
      if (new CountDownLatch(1).await(WORK_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("nobody counts down");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }
}
