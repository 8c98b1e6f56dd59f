package dev.waybill.ra;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.delivery.Pulling;
import dev.waybill.core.model.JavaBodies;
import dev.waybill.ra.config.AdapterBean;
import dev.waybill.ra.config.AdapterConfiguration;
import dev.waybill.ra.config.InvalidConfigurationException;
import dev.waybill.ra.config.Surroundings;
import dev.waybill.ra.work.AdapterLoader;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterInternalException;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import javax.transaction.xa.XAResource;

/**
 * The resource adapter (Jakarta Connectors 2.1, chapters 5.3 and 19.4): takes the container's calls
 * and passes them on. Two instances are equal if they are configured equally.
 */
public final class WaybillResourceAdapter extends AdapterBean
    implements ResourceAdapter, AdapterServices {

  private static final long serialVersionUID = 1L;

  private transient volatile RunningAdapter running;
  private transient volatile EndpointActivations activations;

  @Override
  public void start(BootstrapContext context) throws ResourceAdapterInternalException {
    AdapterConfiguration configuration = readConfiguration();
    RaLog.starting(RaVersion.text(), configuration.nodeName(), configuration.database().named());
    try {
      running =
          AdapterLoader.call(
              loader(), () -> RunningAdapter.start(configuration, context, Wiring::open));
    } catch (UnavailableException e) {
      throw new ResourceAdapterInternalException("The server gives the adapter no Timer", e);
    }
    activations = Wiring.activations(running);
  }

  private AdapterConfiguration readConfiguration() throws ResourceAdapterInternalException {
    try {
      return AdapterConfiguration.parse(texts(), Surroundings.of(System.getProperties()));
    } catch (InvalidConfigurationException e) {
      RaLog.invalidConfiguration(e.getMessage());
      throw new ResourceAdapterInternalException(e.getMessage());
    }
  }

  @Override
  public void stop() {
    EndpointActivations endpoints = activations;
    RunningAdapter adapter = running;
    activations = null;
    AdapterLoader.run(
        loader(),
        () -> {
          // Deliveries that still run may send until they have ended.
          if (endpoints != null) {
            endpoints.close();
          }
          running = null;
          if (adapter != null) {
            adapter.stop();
          }
        });
  }

  /**
   * The parts of the started adapter.
   *
   * @throws QueueException {@code UNAVAILABLE} before the start and after the stop
   */
  public RunningAdapter running() {
    RunningAdapter adapter = running;
    if (adapter == null) {
      throw new QueueException(
          Kind.UNAVAILABLE,
          "Waybill is not running: its resource adapter (waybill.rar) was stopped, or is not started"
              + " yet. Nothing was done. Make the call again once it is started.");
    }
    return adapter;
  }

  @Override
  public void endpointActivation(MessageEndpointFactory factory, ActivationSpec spec)
      throws ResourceException {
    EndpointActivations endpoints = activations;
    if (endpoints == null) {
      throw new UnavailableException("The Waybill resource adapter is not started.");
    }
    endpoints.activate(factory, spec);
  }

  @Override
  public void endpointDeactivation(MessageEndpointFactory factory, ActivationSpec spec) {
    EndpointActivations endpoints = activations;
    if (endpoints != null) {
      endpoints.deactivate(factory, spec);
    }
  }

  /**
   * One XAResource answers for every branch of this adapter (Jakarta Connectors 2.1, chapter
   * 5.3.4). While the store is not open it answers XAER_RMFAIL, never an empty list.
   */
  @Override
  public XAResource[] getXAResources(ActivationSpec[] specs) {
    return new XAResource[] {newXaResource()};
  }

  @Override
  public XAResource newXaResource() {
    return running().newXaResource();
  }

  @Override
  public OpenAdapter open() {
    return running().open();
  }

  @Override
  public Pulling pulling() {
    return running().pulling();
  }

  @Override
  public JavaBodies javaBodies() {
    return running().javaBodies();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WaybillResourceAdapter adapter && texts().equals(adapter.texts());
  }

  @Override
  public int hashCode() {
    return texts().hashCode();
  }

  private static ClassLoader loader() {
    return WaybillResourceAdapter.class.getClassLoader();
  }
}
