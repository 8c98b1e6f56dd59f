package dev.waybill.itests.story.app;

import dev.waybill.api.Message;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueueProducer;
import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.MessageDrivenContext;

/**
 * Writes a row, sends a message, and on the first attempt ends as the body says: {@code
 * rollback-only}, {@code unchecked}, {@code checked}, or {@code wish} (rollback-only after {@code
 * reject}).
 */
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = RollbackBean.QUEUE),
      @ActivationConfigProperty(
          propertyName = "deadLetterQueue",
          propertyValue = DeadLetterBean.QUEUE),
      @ActivationConfigProperty(propertyName = "retrySchedule", propertyValue = "100ms,100ms")
    })
public class RollbackBean implements QueueListener {

  /** Where it listens. */
  public static final String QUEUE = "test:rollbacks";

  @Resource private MessageDrivenContext context;

  @Resource(lookup = "java:app/waybill/Producer")
  private QueueProducer producer;

  @EJB private Effects effects;

  @Override
  public void onMessage(Message message) throws Exception {
    String how = message.text();
    Sightings.add(how, message.attempts());
    effects.add(how, message.attempts());
    producer.send(
        OutgoingMessage.to(FollowUpBean.QUEUE).text(how + " " + message.attempts()).build());
    if (message.attempts() == 1) {
      fail(how, message);
    }
  }

  private void fail(String how, Message message) throws Exception {
    switch (how) {
      case "rollback-only" -> context.setRollbackOnly();
      case "unchecked" -> throw new IllegalArgumentException("on purpose, unchecked");
      case "checked" -> throw new Exception("on purpose, checked");
      case "wish" -> {
        message.reject("asked for before the rollback");
        context.setRollbackOnly();
      }
      default -> throw new AssertionError("Unknown body " + how);
    }
  }
}
