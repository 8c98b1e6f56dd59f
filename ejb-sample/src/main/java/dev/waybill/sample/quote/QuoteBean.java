package dev.waybill.sample.quote;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import dev.waybill.sample.fulfilment.Article;
import dev.waybill.sample.order.NewOrder;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;

/**
 * Answers requests for quotes. An answer leaves with the commit of the bean's transaction.
 *
 * <p>An article without a price may get one, so such a request is looked at once more. That is
 * after the sender's time-out: it has been answered by then that there is no answer yet.
 */
@MessageDriven(
    activationConfig =
        @ActivationConfigProperty(propertyName = "queue", propertyValue = QuoteBean.QUOTES))
public class QuoteBean implements QueueListener {

  /** The queue of requests for quotes. */
  public static final String QUOTES = "app:quotes";

  private static final Duration PRICE_FOLLOWS = Duration.ofSeconds(10);

  @PersistenceContext private EntityManager entities;

  @Override
  public void onMessage(Message message) {
    NewOrder wanted = message.json(NewOrder.class);
    Article article = entities.find(Article.class, wanted.article());
    Price price = entities.find(Price.class, wanted.article());
    if (article == null) {
      message.complete(QuoteAnswer.refused(wanted.article() + " is not in the catalogue"));
    } else if (price != null) {
      message.complete(
          QuoteAnswer.completed(Quote.of(wanted, article.getName(), price.getCents())));
    } else if (message.attempts() == 1) {
      message.retry(PRICE_FOLLOWS);
    } else {
      message.complete(QuoteAnswer.refused(wanted.article() + " has no price yet"));
    }
  }
}
