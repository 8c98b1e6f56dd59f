package dev.waybill.itests.config.app;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;

/** Misspells a property. */
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = "app:unknown-property"),
      @ActivationConfigProperty(propertyName = "maxConcurency", propertyValue = "4")
    })
public class UnknownPropertyBean implements QueueListener {

  @Override
  public void onMessage(Message message) {
    throw new IllegalStateException("This bean must never be activated");
  }
}
