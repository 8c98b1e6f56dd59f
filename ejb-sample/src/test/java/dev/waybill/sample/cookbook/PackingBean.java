package dev.waybill.sample.cookbook;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;

// tag: M6
@MessageDriven(
    activationConfig =
        @ActivationConfigProperty(
            propertyName = "queue",
            propertyValue = "app:shipments,app:express-shipments"))
public class PackingBean implements QueueListener {

  @EJB private Shop shop;

  @Override
  public void onMessage(Message message) {
    PlacedOrder order = message.json(PlacedOrder.class);
    if (message.queue().equals("app:express-shipments")) {
      shop.shipExpress(order);
    } else {
      shop.ship(order);
    }
  }
}
// end
