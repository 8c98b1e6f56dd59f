package dev.waybill.sample.cookbook;

import dev.waybill.api.MessageStream;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueProducer;
import jakarta.annotation.Resource;
import jakarta.ejb.Singleton;
import java.time.Duration;

// tag: S11
@Singleton
public class OrderStream {

  @Resource(lookup = "java:app/waybill/Producer")
  private QueueProducer producer;

  private MessageStream stream;

  public long send(PlacedOrder order) {
    if (stream == null) {
      stream = producer.stream("till-1", 1_000);
    }
    return stream
        .send(OutgoingMessage.to("app:bookings").json(order).build(), Duration.ofSeconds(2))
        .sequence();
  }
}
// end
