package dev.waybill.ra;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.store.QueueStore;
import dev.waybill.core.store.StoreOptions;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;

/** Names the implementations behind the adapter's seams. */
final class Wiring {

  private Wiring() {}

  /** Opens a store. */
  static QueueStore open(StoreOptions options) {
    throw new QueueException(
        Kind.UNAVAILABLE, "This build of the adapter has no store for " + options.nodeId());
  }

  /** The inbound side of a started adapter. */
  static EndpointActivations activations(RunningAdapter adapter) {
    return new EndpointActivations() {
      @Override
      public void activate(MessageEndpointFactory factory, ActivationSpec spec)
          throws ResourceException {
        throw new NotSupportedException(
            "This build of the adapter delivers nothing on " + adapter.configuration().nodeName());
      }

      @Override
      public void deactivate(MessageEndpointFactory factory, ActivationSpec spec) {}

      @Override
      public void close() {}
    };
  }
}
