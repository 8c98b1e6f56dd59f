package dev.waybill.sample.cookbook;

import dev.waybill.api.Cancellation;
import dev.waybill.api.Message;
import dev.waybill.api.QueueConsumer;
import dev.waybill.api.QueueReceiver;
import dev.waybill.api.ReceiveRequest;
import dev.waybill.api.ReceivedMessage;
import dev.waybill.api.SettleResult;
import dev.waybill.api.Settlement;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Callers that ask for messages. */
public class Pulling {

  @Inject private Shop shop;

  // tag: P1
  @Resource(lookup = "java:app/waybill/Receiver")
  private QueueReceiver receiver;

  private final Cancellation stopping = new Cancellation();

  List<ReceivedMessage> nextOrders() {
    return receiver.receive(
        ReceiveRequest.from("app:orders", "app:express-orders")
            .batchSize(20)
            .batchWait(Duration.ofSeconds(10))
            .leaseDuration(Duration.ofMinutes(2))
            .build(),
        stopping);
  }

  void stop() {
    stopping.cancel();
  }

  // end

  // tag: P2
  @Transactional
  public void ship(List<ReceivedMessage> messages) {
    List<Settlement> settlements = new ArrayList<>();
    for (ReceivedMessage message : messages) {
      PlacedOrder order = message.json(PlacedOrder.class);
      settlements.add(
          switch (shop.reserve(order)) {
            case RESERVED -> Settlement.ack(message.lease());
            case ARRIVES_SOON -> Settlement.retry(message.lease(), Duration.ofMinutes(30));
            case SHORT -> Settlement.reject(message.lease(), "Out of stock: " + order.article());
          });
    }
    for (SettleResult result : receiver.settle(settlements)) {
      if (!result.settled()) {
        throw result.error().orElseThrow();
      }
    }
  }

  // end

  // tag: P3
  void answerPrices() {
    try (QueueConsumer requests =
        receiver.consumer(ReceiveRequest.of("app:price-requests")).manualCompletion()) {
      Optional<Message> next = requests.next(Duration.ofSeconds(5));
      while (next.isPresent()) {
        Message message = next.get();
        message.complete(shop.price(message.json(PlacedOrder.class)));
        next = requests.next(Duration.ofSeconds(5));
      }
    }
  }

  // end

  // tag: P4
  @Transactional
  public boolean storeNext() {
    try (QueueConsumer orders = receiver.consumer(ReceiveRequest.of("app:orders"))) {
      Optional<Message> next = orders.tryNext();
      next.ifPresent(message -> shop.store(message.json(PlacedOrder.class)));
      return next.isPresent();
    }
  }
  // end
}
