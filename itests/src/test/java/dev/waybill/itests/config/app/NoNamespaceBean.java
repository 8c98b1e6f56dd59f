package dev.waybill.itests.config.app;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;

/** Names a queue without its namespace. */
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = "orders")
    })
public class NoNamespaceBean implements QueueListener {

  @Override
  public void onMessage(Message message) {
    throw new IllegalStateException("This bean must never be activated");
  }
}
