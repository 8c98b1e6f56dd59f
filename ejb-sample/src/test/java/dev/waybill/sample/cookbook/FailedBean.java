package dev.waybill.sample.cookbook;

import dev.waybill.api.DeadLetter;
import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;

// tag: M9
@MessageDriven(
    activationConfig =
        @ActivationConfigProperty(propertyName = "queue", propertyValue = "app:failed"))
public class FailedBean implements QueueListener {

  @EJB private Shop shop;

  @Override
  public void onMessage(Message message) {
    DeadLetter why = message.deadLetter().orElseThrow();
    shop.fail(
        message.json(PlacedOrder.class),
        "Given up in %s after %d attempts: %s"
            .formatted(why.originQueue(), why.attempts(), why.lastError()));
  }
}
// end
