package dev.waybill.ra.outbound;

import dev.waybill.core.model.BodyCodec;
import dev.waybill.ra.OpenAdapter;

/**
 * What the receivers of one application share while one store is open: the codec, so that what
 * JSON-B remembers of the application's classes goes with them.
 *
 * @param adapter the adapter whose store is open
 * @param bodies reads the bodies of messages
 */
record ReceivingSession(OpenAdapter adapter, BodyCodec bodies) implements Session {

  static ReceivingSession of(OpenAdapter adapter) {
    return new ReceivingSession(adapter, new BodyCodec(adapter.javaBodies()));
  }
}
