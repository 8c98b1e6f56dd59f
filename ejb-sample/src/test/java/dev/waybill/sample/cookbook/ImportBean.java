package dev.waybill.sample.cookbook;

import dev.waybill.api.QueuePayloadListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;

// tag: M10
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = "app:imports"),
      @ActivationConfigProperty(
          propertyName = "payloadType",
          propertyValue = "dev.waybill.sample.cookbook.PlacedOrder"),
      @ActivationConfigProperty(propertyName = "retrySchedule", propertyValue = "exponential"),
      @ActivationConfigProperty(propertyName = "deadLetterQueue", propertyValue = "app:unreadable")
    })
public class ImportBean implements QueuePayloadListener {

  @EJB private Shop shop;

  @Override
  public void onPayload(Object payload) {
    shop.store((PlacedOrder) payload);
  }
}
// end
