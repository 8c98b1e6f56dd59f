package dev.waybill.itests.story.app;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;

/** Receives what the other beans send, and writes a row for each message. */
@MessageDriven(
    activationConfig =
        @ActivationConfigProperty(propertyName = "queue", propertyValue = FollowUpBean.QUEUE))
public class FollowUpBean implements QueueListener {

  /** Where it listens. */
  public static final String QUEUE = "test:follow-ups";

  /** What its rows' names begin with. */
  public static final String PREFIX = "follow-up of ";

  @EJB private Effects effects;

  @Override
  public void onMessage(Message message) {
    effects.add(PREFIX + message.text(), message.attempts());
  }
}
