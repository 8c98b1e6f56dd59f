package dev.waybill.sample.cookbook;

import dev.waybill.api.DeliveryContext;
import dev.waybill.api.Message;
import dev.waybill.api.MessageBatch;
import dev.waybill.api.Watermark;
import dev.waybill.api.WrongBodyTypeException;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;

/** What listeners do with what they are given. */
class Listeners {

  @Inject private Shop shop;

  @Inject private MailServer mails;

  /** Decides about each order. */
  class Single {

    // tag: M3
    public void onMessage(Message message) {
      PlacedOrder order = message.json(PlacedOrder.class);
      switch (shop.reserve(order)) {
        case RESERVED -> message.complete(shop.price(order));
        case ARRIVES_SOON -> message.retry(Duration.ofMinutes(30));
        case SHORT -> message.reject("Out of stock: " + order.article());
      }
    }
    // end
  }

  /** Decides about each message of a batch. */
  class Several {

    // tag: M5
    public void onBatch(MessageBatch batch) {
      for (Message message : batch) {
        try {
          mails.send(message.text());
          message.ack();
        } catch (WrongBodyTypeException e) {
          message.reject(e.getMessage());
        } catch (IOException e) {
          break;
        }
      }
      batch.retryAll(Duration.ofSeconds(30));
    }
    // end
  }

  /** Looks at the number of the attempt. */
  class Attempts {

    // tag: M7
    public void onMessage(Message message) {
      PlacedOrder order = message.json(PlacedOrder.class);
      if (message.attempts() <= 2) {
        shop.shipExpress(order);
      } else {
        shop.ship(order);
      }
    }
    // end
  }

  /** Books what comes in a stream. */
  class Bookings {

    // tag: M19
    public void onMessage(Message message) {
      if (Watermark.firstTime(message)) {
        shop.store(message.json(PlacedOrder.class));
        shop.note(
            "Booked number %d of %s"
                .formatted(message.sequence().orElseThrow(), message.producerId().orElseThrow()));
      }
    }
    // end
  }

  // tag: M14
  /** Called by whatever a listener calls. */
  void noteChange(String what) {
    Message message = DeliveryContext.current();
    shop.note("%s: because of message %s of %s".formatted(what, message.id(), message.queue()));
  }
  // end
}
