package dev.waybill.ra.outbound;

import dev.waybill.core.branch.Sender;
import dev.waybill.core.branch.Streams;
import dev.waybill.core.delivery.Asking;
import dev.waybill.core.model.BodyCodec;
import dev.waybill.core.model.MessageEncoder;
import dev.waybill.core.model.Responses;
import dev.waybill.ra.OpenAdapter;

/**
 * A producer's sender while one store is open. The codec is the producer's own, so that what JSON-B
 * remembers of the application's classes goes with the producer.
 *
 * @param adapter the adapter whose store is open
 * @param sender sends
 * @param asking asks what became of messages
 * @param streams opens streams
 */
record SendingSession(OpenAdapter adapter, Sender sender, Asking asking, Streams streams)
    implements Session {

  static SendingSession of(OpenAdapter adapter) {
    BodyCodec bodies = new BodyCodec(adapter.javaBodies());
    MessageEncoder encoder =
        new MessageEncoder(adapter.limits(), adapter.store().clock(), adapter.random(), bodies);
    Sender sender = new Sender(encoder, adapter.store().queues(), adapter.currentBranch());
    return new SendingSession(
        adapter,
        sender,
        new Asking(
            sender,
            new Responses(bodies, adapter.limits()),
            adapter.transaction(),
            adapter.store(),
            adapter.settlements()),
        new Streams(sender, adapter.currentBranch(), adapter.store().streams(), adapter.windows()));
  }
}
