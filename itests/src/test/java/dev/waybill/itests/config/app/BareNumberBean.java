package dev.waybill.itests.config.app;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;

/** Gives a duration without its unit. */
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = "app:bare-number"),
      @ActivationConfigProperty(propertyName = "leaseDuration", propertyValue = "30")
    })
public class BareNumberBean implements QueueListener {

  @Override
  public void onMessage(Message message) {
    throw new IllegalStateException("This bean must never be activated");
  }
}
