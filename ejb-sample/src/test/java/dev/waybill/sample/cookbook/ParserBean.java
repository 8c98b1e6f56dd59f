package dev.waybill.sample.cookbook;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;

// tag: M15
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = "app:scans"),
      @ActivationConfigProperty(propertyName = "maxAttempts", propertyValue = "3"),
      @ActivationConfigProperty(propertyName = "deadLetterQueue", propertyValue = "app:bad-scans")
    })
public class ParserBean implements QueueListener {

  @EJB private Shop shop;

  @Override
  public void onMessage(Message message) {
    shop.keep(message.bytes());
  }
}
// end
