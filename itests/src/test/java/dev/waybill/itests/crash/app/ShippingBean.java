package dev.waybill.itests.crash.app;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;

/** Ships an order. */
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = Order.SHIPMENTS),
      @ActivationConfigProperty(propertyName = "deadLetterQueue", propertyValue = Order.DEAD),
      @ActivationConfigProperty(propertyName = "leaseDuration", propertyValue = "3s"),
      @ActivationConfigProperty(propertyName = "prefetch", propertyValue = "8"),
      @ActivationConfigProperty(propertyName = "retrySchedule", propertyValue = "exponential"),
      @ActivationConfigProperty(propertyName = "maxAttempts", propertyValue = "1000")
    })
public class ShippingBean implements QueueListener {

  @EJB private EffectTable effects;

  @Override
  public void onMessage(Message message) {
    effects.record(Order.parse(message.text()).number(), "SHIPPED", message.attempts());
  }
}
