package dev.waybill.sample.cookbook;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;

// tag: M18
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = "orders"),
      @ActivationConfigProperty(propertyName = "maxConcurency", propertyValue = "4"),
      @ActivationConfigProperty(propertyName = "leaseDuration", propertyValue = "30")
    })
public class MistakenBean implements QueueListener {
  // end

  @EJB private Shop shop;

  @Override
  public void onMessage(Message message) {
    shop.store(message.json(PlacedOrder.class));
  }
}
