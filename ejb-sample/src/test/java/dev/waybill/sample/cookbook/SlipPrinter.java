package dev.waybill.sample.cookbook;

import dev.waybill.api.DeliveryContext;
import dev.waybill.api.QueuePayloadListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import java.util.logging.Logger;

// tag: M1
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = "app:slips"),
      @ActivationConfigProperty(
          propertyName = "payloadType",
          propertyValue = "dev.waybill.sample.cookbook.PlacedOrder")
    })
public class SlipPrinter implements QueuePayloadListener {

  private static final Logger LOG = Logger.getLogger(SlipPrinter.class.getName());

  @EJB private Shop shop;

  @Override
  public void onPayload(Object payload) {
    shop.print((PlacedOrder) payload);
    LOG.info("Printed message " + DeliveryContext.current().id());
  }
}
// end
