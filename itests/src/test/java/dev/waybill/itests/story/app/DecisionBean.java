package dev.waybill.itests.story.app;

import dev.waybill.api.DeliveryContext;
import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Decides as the body says up to its first colon, through the {@link DeliveryContext} instead of
 * the parameter.
 */
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = DecisionBean.QUEUE),
      @ActivationConfigProperty(
          propertyName = "deadLetterQueue",
          propertyValue = DeadLetterBean.QUEUE),
      @ActivationConfigProperty(propertyName = "retrySchedule", propertyValue = "100ms,100ms")
    })
public class DecisionBean implements QueueListener {

  /** Where it listens. */
  public static final String QUEUE = "test:decisions";

  /** The body of the message that is kept. */
  public static final String TO_KEEP = "ack:kept";

  /** The message that is longer than its delivery. */
  public static final AtomicReference<Message> KEPT = new AtomicReference<>();

  @EJB private Effects effects;

  @Override
  public void onMessage(Message message) {
    String decision = message.text();
    Sightings.add(decision, DeliveryContext.current().attempts());
    effects.add(decision, message.attempts());
    decide(decision.split(":")[0]);
    if (decision.equals(TO_KEEP)) {
      KEPT.set(message);
    }
  }

  private static void decide(String decision) {
    Message current = DeliveryContext.current();
    switch (decision) {
      case "ack" -> current.ack();
      case "complete" -> current.complete("a response nobody waits for");
      case "retry" -> {
        if (current.attempts() == 1) {
          current.retry(Duration.ofMillis(50));
        }
      }
      case "retry for ever" -> current.retry(Duration.ZERO);
      case "reject" -> current.reject("not wanted");
      case "last one counts" -> {
        current.reject("overruled");
        current.ack();
      }
      default -> throw new AssertionError("Unknown body " + decision);
    }
  }
}
