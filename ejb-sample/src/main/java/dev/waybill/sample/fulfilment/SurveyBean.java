package dev.waybill.sample.fulfilment;

import dev.waybill.api.Message;
import dev.waybill.api.MessageBatch;
import dev.waybill.api.QueueBatchListener;
import dev.waybill.sample.BeanClock;
import dev.waybill.sample.order.OrderReference;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.time.Instant;

/**
 * Asks the customers of shipped orders how it was: up to 50 in one transaction, or as many as have
 * come one second after the first.
 */
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = SurveyBean.SURVEYS),
      @ActivationConfigProperty(propertyName = "batchSize", propertyValue = "50"),
      @ActivationConfigProperty(propertyName = "batchWait", propertyValue = "1s")
    })
public class SurveyBean implements QueueBatchListener {

  /** The queue of shipped orders. */
  public static final String SURVEYS = "app:surveys";

  /** How long after the shipment the customer is asked. */
  public static final Duration AFTER_SHIPMENT = Duration.ofSeconds(3);

  @PersistenceContext private EntityManager entities;

  @EJB private BeanClock clock;

  @Override
  public void onBatch(MessageBatch batch) {
    Instant now = clock.instant();
    for (Message message : batch) {
      entities.persist(new Survey(message.json(OrderReference.class), now));
    }
    batch.ackAll();
  }
}
