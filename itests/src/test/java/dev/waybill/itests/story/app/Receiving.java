package dev.waybill.itests.story.app;

import dev.waybill.api.QueueReceiver;
import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import jakarta.resource.ConnectionFactoryDefinition;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;

/** A bean that asks for messages, as an application defines and injects what it needs for that. */
@Stateless
@ConnectionFactoryDefinition(
    name = "java:app/waybill/Receiver",
    interfaceName = "dev.waybill.api.QueueReceiver",
    resourceAdapter = "waybill",
    transactionSupport = TransactionSupportLevel.XATransaction)
public class Receiving {

  @Resource(lookup = "java:app/waybill/Receiver")
  private QueueReceiver receiver;

  /** What was injected. */
  public QueueReceiver receiver() {
    return receiver;
  }
}
