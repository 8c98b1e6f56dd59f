package dev.waybill.sample.quote;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueProducer;
import dev.waybill.api.Reply;
import dev.waybill.api.cdi.Queue;
import dev.waybill.sample.order.NewOrder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;

/**
 * Asks for quotes, and waits for the answer: with the caller's thread, but no transaction and no
 * connection. The message could not be seen by its bean before a transaction around the wait had
 * ended.
 */
@ApplicationScoped
public class QuoteDesk {

  /** How long an answer is waited for. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @Inject
  @Queue(QuoteBean.QUOTES)
  private QueueProducer producer;

  /** Asks what an order would cost. */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public QuoteAnswer ask(NewOrder wanted) {
    Reply reply =
        producer.sendAndWait(OutgoingMessage.unaddressed().json(wanted).build(), PATIENCE);
    return switch (reply.status()) {
      case COMPLETED -> reply.json(QuoteAnswer.class).orElseThrow();
      case TIMED_OUT -> QuoteAnswer.timedOut();
      case DEAD_LETTERED ->
          throw new IllegalStateException(
              "Nobody could handle " + wanted + ": " + reply.reason().orElse("no reason given"));
    };
  }
}
