package dev.waybill.ra.outbound;

import dev.waybill.core.branch.Sender;
import dev.waybill.core.branch.Streams;
import dev.waybill.core.model.BodyCodec;
import dev.waybill.core.model.MessageEncoder;
import dev.waybill.ra.OpenAdapter;

/**
 * A producer's sender while one store is open. The codec is the producer's own, so that what JSON-B
 * remembers of the application's classes goes with the producer.
 *
 * @param adapter the adapter whose store is open
 * @param sender sends
 * @param streams opens streams
 */
record SendingSession(OpenAdapter adapter, Sender sender, Streams streams) {

  static SendingSession of(OpenAdapter adapter) {
    MessageEncoder encoder =
        new MessageEncoder(
            adapter.limits(),
            adapter.store().clock(),
            adapter.random(),
            new BodyCodec(adapter.javaBodies()));
    Sender sender = new Sender(encoder, adapter.store().queues(), adapter.currentBranch());
    Streams streams =
        new Streams(sender, adapter.currentBranch(), adapter.store().streams(), adapter.windows());
    return new SendingSession(adapter, sender, streams);
  }

  @SuppressWarnings("ReferenceEquality")
  boolean isOf(OpenAdapter other) {
    return adapter == other;
  }
}
