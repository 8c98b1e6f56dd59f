package dev.waybill.sample.cookbook;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;

// tag: M13
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = "app:reports"),
      @ActivationConfigProperty(propertyName = "slowWarning", propertyValue = "5s")
    })
public class ReportBean implements QueueListener {

  @EJB private Shop shop;

  @Override
  public void onMessage(Message message) {
    shop.print(message.json(PlacedOrder.class));
  }
}
// end
