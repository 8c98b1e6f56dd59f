package dev.waybill.ra.inbound;

import dev.waybill.api.Message;
import dev.waybill.api.MessageBatch;
import dev.waybill.api.QueueBatchListener;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueuePayloadListener;
import dev.waybill.core.delivery.ActivationSettings;
import dev.waybill.core.delivery.DeliveryTarget;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.ra.fake.TinyAdapter;
import dev.waybill.ra.fake.TinyEndpoints;
import dev.waybill.ra.fake.TinyTransactions;
import jakarta.resource.ResourceException;
import java.time.Duration;
import java.util.List;

/** Message-driven beans made of lambdas, on each commit path. */
final class Bean {

  /** Where the settlement commits. */
  enum Path {
    XA,
    XA_TWO_PHASE,
    JOINED,
    LOCAL
  }

  /** What the listener does with its message. */
  @FunctionalInterface
  interface Handling {
    void handle(Message message) throws Exception;
  }

  /** What the listener does with its batch. */
  @FunctionalInterface
  interface BatchHandling {
    void handle(MessageBatch batch) throws Exception;
  }

  /** What the listener does with its payload. */
  @FunctionalInterface
  interface PayloadHandling {
    void handle(Object payload) throws Exception;
  }

  record Listener(Handling handling) implements QueueListener {
    @Override
    public void onMessage(Message message) throws Exception {
      handling.handle(message);
    }
  }

  record BatchListener(BatchHandling handling) implements QueueBatchListener {
    @Override
    public void onBatch(MessageBatch batch) throws Exception {
      handling.handle(batch);
    }
  }

  record PayloadListener(PayloadHandling handling) implements QueuePayloadListener {
    @Override
    public void onPayload(Object payload) throws Exception {
      handling.handle(payload);
    }
  }

  final TinyTransactions transactions = new TinyTransactions();
  final TinyAdapter adapter;
  final QueueActivationSpec spec = new QueueActivationSpec();
  private final Path path;
  private TinyEndpoints endpoints;

  Bean(Path path) {
    this.path = path;
    this.adapter = new TinyAdapter(transactions, path == Path.JOINED);
    spec.setQueue("app:orders");
  }

  TinyEndpoints listens(Handling handling) {
    return endpoints(new Listener(handling), QueueListener.class);
  }

  TinyEndpoints gets(BatchHandling handling) {
    return endpoints(new BatchListener(handling), QueueBatchListener.class);
  }

  TinyEndpoints takes(PayloadHandling handling) {
    return endpoints(new PayloadListener(handling), QueuePayloadListener.class);
  }

  private TinyEndpoints endpoints(Object bean, Class<?> listener) {
    endpoints = new TinyEndpoints(transactions, bean, listener, path != Path.LOCAL);
    if (path == Path.XA_TWO_PHASE) {
      // Another adapter is another resource manager.
      endpoints.beansResource = new TinyAdapter(transactions, false).newXaResource();
    }
    return endpoints;
  }

  DeliveryTarget target() {
    try {
      return EndpointActivation.of(endpoints, spec, adapter).target();
    } catch (ResourceException e) {
      throw new AssertionError(e);
    }
  }

  ActivationSettings settings() throws ResourceException {
    return EndpointActivation.of(endpoints, spec, adapter)
        .settings(Duration.ofSeconds(1), Duration.ofSeconds(1));
  }

  /** One delivery, from the endpoint's acquisition to its release. */
  DeliveryResult deliver(LeasedMessage... messages) {
    try (DeliveryTarget.Endpoint endpoint = target().acquire().orElseThrow()) {
      return endpoint.deliver(List.of(messages));
    }
  }
}
