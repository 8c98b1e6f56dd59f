package dev.waybill.ra;

import dev.waybill.core.delivery.DeliveryEngine;
import dev.waybill.core.delivery.EngineSettings;
import dev.waybill.core.store.QueueStore;
import dev.waybill.core.store.QueueStores;
import dev.waybill.core.store.StoreOptions;
import dev.waybill.core.store.Upkeep.Retention;
import dev.waybill.ra.config.AdapterConfiguration;
import dev.waybill.ra.inbound.ActiveEndpoints;
import java.security.SecureRandom;

/** Names the implementations behind the adapter's seams. */
final class Wiring {

  private Wiring() {}

  /** Opens a store. */
  static QueueStore open(StoreOptions options) {
    return QueueStores.open(options);
  }

  /** The inbound side of a started adapter. */
  static EndpointActivations activations(RunningAdapter adapter) {
    AdapterConfiguration configuration = adapter.configuration();
    EngineSettings standard = EngineSettings.defaults(configuration.nodeName());
    DeliveryEngine engine =
        new DeliveryEngine(
            new EngineSettings(
                standard.node(),
                standard.reapInterval(),
                configuration.releaseHold(),
                standard.pruneInterval(),
                new Retention(configuration.deadRetention(), standard.retention().tombstones()),
                configuration.pollInterval()),
            adapter.scheduler(),
            adapter.loops(),
            new SecureRandom(),
            adapter.settlements());
    adapter.onDelivery(engine);
    engine.onStreamsChanged(adapter.windows()::soon);
    adapter.store().whenOpen(open -> engine.open(open.store()));
    return new ActiveEndpoints(
        engine, adapter, configuration.pollInterval(), configuration.drainTimeout());
  }
}
