package dev.waybill.sample.cookbook;

import dev.waybill.api.Message;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueProducer;
import dev.waybill.api.cdi.Queue;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What can be said about a message that is sent. */
class Options {

  @Resource(lookup = "java:app/waybill/Producer")
  private QueueProducer producer;

  @Inject private Shop shop;

  // tag: S3
  void send(PlacedOrder order, String traceparent) {
    producer.send(
        OutgoingMessage.to("app:orders")
            .json(order)
            .header("tenant", "t-1")
            .header("gift", true)
            .header("traceparent", traceparent)
            .header("priority", "high")
            .header("correlation_id", "cart-17")
            .build());
  }

  String tenantOf(Message message) {
    return message.header("tenant").map(Object::toString).orElse("none");
  }

  // end

  // tag: S4
  void remind(PlacedOrder order, Instant deadline) {
    producer.send(
        OutgoingMessage.to("app:reminders").json(order).delay(Duration.ofMinutes(10)).build());
    producer.send(OutgoingMessage.to("app:deadlines").json(order).deliverAt(deadline).build());
  }

  // end

  // tag: S5
  @Inject
  @Queue("app:orders")
  private QueueProducer orders;

  List<UUID> sendAll(List<PlacedOrder> placed) {
    return orders.sendBatch(
        placed.stream()
            .map(order -> OutgoingMessage.unaddressed().json(order).priority(2).build())
            .toList());
  }

  // end

  // tag: S6
  void send(byte[] scan) {
    try {
      producer.send(OutgoingMessage.to("app:scans").bytes(scan).build());
    } catch (QueueException e) {
      if (e.kind() != QueueException.Kind.TOO_LARGE) {
        throw e;
      }
      String file = shop.keep(scan);
      producer.send(OutgoingMessage.to("app:scan-files").text(file).build());
    }
  }

  // end

  // tag: S7
  void send(PlacedOrder order, boolean express) {
    producer.send(OutgoingMessage.to("app:orders").json(order).priority(express ? 9 : 4).build());
  }

  // end

  // tag: S8
  void changed(String customer, PlacedOrder order) {
    producer.send(
        OutgoingMessage.to("app:order-changes").json(order).orderingKey(customer).build());
  }

  // end

  // tag: S9
  UUID sendOnce(PlacedOrder order) {
    return producer.send(
        OutgoingMessage.to("app:orders")
            .json(order)
            .deduplicationId("order-" + order.id())
            .build());
  }
  // end
}
