package dev.waybill.itests.config.app;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;

/** Is right by itself; its deployment descriptor misspells a property. */
@MessageDriven(
    activationConfig =
        @ActivationConfigProperty(propertyName = "queue", propertyValue = "app:described"))
public class DescribedBean implements QueueListener {

  @Override
  public void onMessage(Message message) {
    throw new IllegalStateException("Nothing is sent to this bean");
  }
}
