package dev.waybill.sample.cookbook;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import java.time.Duration;

// tag: M12
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = "app:catalogues"),
      @ActivationConfigProperty(propertyName = "maxLease", propertyValue = "5m")
    })
public class CatalogueBean implements QueueListener {

  @EJB private Shop shop;

  @Override
  public void onMessage(Message message) {
    PlacedOrder order = message.json(PlacedOrder.class);
    for (int page : shop.pages(order)) {
      shop.render(order, page);
      message.extendLease(Duration.ofMinutes(5));
    }
  }
}
// end
