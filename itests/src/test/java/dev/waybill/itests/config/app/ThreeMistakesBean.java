package dev.waybill.itests.config.app;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;

/** Makes three mistakes. */
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = "app:three mistakes"),
      @ActivationConfigProperty(propertyName = "maxAttempts", propertyValue = "0"),
      @ActivationConfigProperty(propertyName = "slowWarning", propertyValue = "soon")
    })
public class ThreeMistakesBean implements QueueListener {

  @Override
  public void onMessage(Message message) {
    throw new IllegalStateException("This bean must never be activated");
  }
}
