package dev.waybill.sample.cookbook;

import dev.waybill.api.Confirmation;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueProducer;
import dev.waybill.api.Reply;
import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Senders that want to know what became of their messages. */
@Stateless
public class Waiting {

  private static final Logger LOG = Logger.getLogger(Waiting.class.getName());

  @Resource(lookup = "java:app/waybill/Producer")
  private QueueProducer producer;

  @Resource private ManagedExecutorService executor;

  @Inject private Shop shop;

  // tag: S10
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  public Optional<Price> priceOf(PlacedOrder order) {
    Reply reply =
        producer.sendAndWait(
            OutgoingMessage.to("app:price-requests").json(order).build(), Duration.ofSeconds(5));
    return switch (reply.status()) {
      case COMPLETED -> reply.json(Price.class);
      case DEAD_LETTERED -> throw new IllegalStateException(reply.reason().orElse("no reason"));
      case TIMED_OUT -> Optional.empty();
    };
  }

  // end

  // tag: S12
  public void placeAndFollow(PlacedOrder order) {
    UUID id = producer.send(OutgoingMessage.to("app:orders").json(order).build());
    CompletionStage<Confirmation> settled = producer.whenSettled(id);
    settled.thenAcceptAsync(
        confirmation -> {
          switch (confirmation.outcome()) {
            case COMPLETED -> shop.confirmed(order, id);
            case DEAD_LETTERED -> shop.fail(order, confirmation.reason());
            case UNKNOWN -> LOG.warning("Nothing is known of message " + id);
          }
        },
        executor);
  }

  // end

  // tag: S13
  public void audit(String line) {
    producer
        .sendAsync(OutgoingMessage.to("app:audit").text(line).build())
        .whenComplete(
            (id, error) -> {
              if (error != null) {
                LOG.log(Level.WARNING, "Not sent: " + line, error);
              }
            });
  }
  // end
}
