package dev.waybill.itests.story.app;

import dev.waybill.api.QueueReceiver;
import dev.waybill.api.cdi.Queue;
import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
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

  /** A queue that is injected. */
  public static final String ONE_QUEUE = "test:one-queue";

  @Resource(lookup = "java:app/waybill/Receiver")
  private QueueReceiver receiver;

  @Inject
  @Queue(ONE_QUEUE)
  private QueueReceiver receiverOfOneQueue;

  /** Receives from one queue. */
  public QueueReceiver receiverOfOneQueue() {
    return receiverOfOneQueue;
  }

  /** What was injected. */
  public QueueReceiver receiver() {
    return receiver;
  }
}
