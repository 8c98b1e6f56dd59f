package dev.waybill.sample.cookbook;

import dev.waybill.api.Message;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueProducer;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import java.time.LocalDate;

/** What a message carries. */
class Bodies {

  @Resource(lookup = "java:app/waybill/Producer")
  private QueueProducer producer;

  @Inject private Shop shop;

  // tag: S2
  void send(PlacedOrder order, byte[] scan, LocalDate day) {
    producer.send(OutgoingMessage.to("app:notes").text("Ring twice").build());
    producer.send(OutgoingMessage.to("app:orders").json(order).build());
    producer.send(OutgoingMessage.to("app:scans").bytes(scan).build());
    producer.send(OutgoingMessage.to("app:days").java(day).build());
  }

  void read(Message message) {
    switch (message.contentType()) {
      case TEXT -> shop.note(message.text());
      case JSON -> shop.store(message.json(PlacedOrder.class));
      case BYTES -> shop.keep(message.bytes());
      case JAVA -> shop.note("Closed on " + message.java(LocalDate.class));
    }
  }
  // end
}
