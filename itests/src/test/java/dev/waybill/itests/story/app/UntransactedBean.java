package dev.waybill.itests.story.app;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.transaction.TransactionSynchronizationRegistry;

/** Without a transaction of its own: rows commit one by one, the completion follows. */
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = UntransactedBean.QUEUE),
      @ActivationConfigProperty(propertyName = "retrySchedule", propertyValue = "100ms")
    })
public class UntransactedBean implements QueueListener {

  /** Where it listens. */
  public static final String QUEUE = "test:untransacted";

  @Resource private TransactionSynchronizationRegistry registry;

  @EJB private Effects effects;

  @Override
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  public void onMessage(Message message) {
    Sightings.add(
        message.text(),
        message.attempts() + (registry.getTransactionKey() == null ? "" : " in a transaction"));
    effects.add(message.text(), message.attempts());
    if (message.attempts() == 1) {
      throw new IllegalStateException("on purpose, after a row that stays");
    }
  }
}
