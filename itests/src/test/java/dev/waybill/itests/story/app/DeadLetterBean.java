package dev.waybill.itests.story.app;

import dev.waybill.api.DeadLetter;
import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;

/** Notes what arrives in the dead-letter queue of the test beans, and why. */
@MessageDriven(
    activationConfig =
        @ActivationConfigProperty(propertyName = "queue", propertyValue = DeadLetterBean.QUEUE))
public class DeadLetterBean implements QueueListener {

  /** Where it listens. */
  public static final String QUEUE = "test:dead-letters";

  @Override
  public void onMessage(Message message) {
    DeadLetter why = message.deadLetter().orElseThrow();
    Sightings.add(
        "dead " + message.id(),
        why.originQueue()
            + "|"
            + why.originGroup()
            + "|"
            + why.attempts()
            + "|"
            + why.lastOutcome()
            + "|"
            + why.lastError());
  }
}
