package dev.waybill.ra.inbound;

import dev.waybill.core.delivery.Activation;
import dev.waybill.core.delivery.DeliveryEngine;
import dev.waybill.ra.AdapterServices;
import dev.waybill.ra.EndpointActivations;
import dev.waybill.ra.RaLog;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** The active endpoints of one adapter (Jakarta Connectors 2.1, chapter 13.4). Thread-safe. */
public final class ActiveEndpoints implements EndpointActivations {

  private final DeliveryEngine engine;
  private final AdapterServices services;
  private final Duration pollInterval;
  private final Duration drainTimeout;
  private final Map<Key, Active> active = new ConcurrentHashMap<>();

  /** Names of activations are not unique; the pair is (Jakarta Connectors 2.1, chapter 13.4.1). */
  private record Key(MessageEndpointFactory factory, ActivationSpec spec) {}

  private record Active(EndpointActivation endpoint, Activation activation) {}

  /**
   * No endpoint yet.
   *
   * @param engine delivers to them
   * @param services what the adapter offers
   * @param pollInterval how long an idle activation waits without a signal
   * @param drainTimeout how long a stop waits for running deliveries
   */
  public ActiveEndpoints(
      DeliveryEngine engine,
      AdapterServices services,
      Duration pollInterval,
      Duration drainTimeout) {
    this.engine = Objects.requireNonNull(engine, "engine");
    this.services = Objects.requireNonNull(services, "services");
    this.pollInterval = Objects.requireNonNull(pollInterval, "pollInterval");
    this.drainTimeout = Objects.requireNonNull(drainTimeout, "drainTimeout");
  }

  @Override
  public void activate(MessageEndpointFactory factory, ActivationSpec spec)
      throws ResourceException {
    EndpointActivation endpoint;
    try {
      endpoint = EndpointActivation.of(factory, spec, services);
    } catch (NotSupportedException e) {
      RaLog.invalidConfiguration(e.getMessage());
      throw e;
    }
    try {
      Activation activation =
          engine.activate(endpoint.settings(pollInterval, drainTimeout), endpoint.target());
      active.put(new Key(factory, spec), new Active(endpoint, activation));
    } catch (IllegalStateException e) {
      throw new UnavailableException("Activation of " + endpoint.bean() + ": Waybill stops.", e);
    }
  }

  @Override
  public void deactivate(MessageEndpointFactory factory, ActivationSpec spec) {
    Active ended = active.remove(new Key(factory, spec));
    if (ended != null) {
      engine.deactivate(ended.activation());
      ended.endpoint().close();
    }
  }

  @Override
  public void close() {
    engine.stop();
    active.values().forEach(ended -> ended.endpoint().close());
    active.clear();
  }
}
