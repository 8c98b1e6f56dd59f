package dev.waybill.sample.cookbook;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;

// tag: M8
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = "app:shipments"),
      @ActivationConfigProperty(propertyName = "retrySchedule", propertyValue = "0s,5s,1m"),
      @ActivationConfigProperty(propertyName = "deadLetterQueue", propertyValue = "app:failed")
    })
public class ShippingBean implements QueueListener {

  @EJB private Shop shop;

  @Override
  public void onMessage(Message message) {
    shop.ship(message.json(PlacedOrder.class));
  }
}
// end
