package dev.waybill.sample.cookbook;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueProducer;
import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.resource.ConnectionFactoryDefinition;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import java.util.UUID;

// tag: S1
@Stateless
@ConnectionFactoryDefinition(
    name = "java:app/waybill/Producer",
    interfaceName = "dev.waybill.api.QueueProducer",
    resourceAdapter = "waybill",
    transactionSupport = TransactionSupportLevel.XATransaction)
public class OrderDesk {

  @Resource(lookup = "java:app/waybill/Producer")
  private QueueProducer producer;

  @Inject private Shop shop;

  public UUID place(PlacedOrder order) {
    shop.store(order);
    return producer.send(OutgoingMessage.to("app:orders").json(order).build());
  }
}
// end
