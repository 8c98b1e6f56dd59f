package dev.waybill.sample.cookbook;

import dev.waybill.api.Message;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueueProducer;
import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;

// tag: M2
@MessageDriven(
    activationConfig =
        @ActivationConfigProperty(propertyName = "queue", propertyValue = "app:orders"))
public class ReservationBean implements QueueListener {

  @Resource(lookup = "java:app/waybill/Producer")
  private QueueProducer producer;

  @EJB private Shop shop;

  @Override
  public void onMessage(Message message) {
    PlacedOrder order = message.json(PlacedOrder.class);
    shop.reserve(order);
    producer.send(OutgoingMessage.to("app:shipments").json(order).build());
  }
}
// end
