package dev.waybill.itests.crash.app;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;

/** Files the orders that were given up. */
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = Order.DEAD),
      @ActivationConfigProperty(propertyName = "leaseDuration", propertyValue = "3s"),
      @ActivationConfigProperty(propertyName = "retrySchedule", propertyValue = "exponential"),
      @ActivationConfigProperty(propertyName = "maxAttempts", propertyValue = "1000")
    })
public class DeadOrderBean implements QueueListener {

  @EJB private EffectTable effects;

  @Override
  public void onMessage(Message message) {
    effects.record(Order.parse(message.text()).number(), "DEAD", message.attempts());
  }
}
