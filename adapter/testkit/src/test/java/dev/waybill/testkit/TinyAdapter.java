package dev.waybill.testkit;

import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.transaction.xa.XAResource;

/** The least an adapter can be; tests do with it what an adapter should or should not do. */
public final class TinyAdapter implements ResourceAdapter {

  public BootstrapContext context;
  public MessageEndpointFactory endpoints;
  public final List<XAResource> resources = new CopyOnWriteArrayList<>();
  public Runnable onStop = () -> {};

  @Override
  public void start(BootstrapContext ctx) {
    context = ctx;
  }

  @Override
  public void stop() {
    onStop.run();
  }

  @Override
  public void endpointActivation(MessageEndpointFactory factory, ActivationSpec spec) {
    endpoints = factory;
  }

  @Override
  public void endpointDeactivation(MessageEndpointFactory factory, ActivationSpec spec) {}

  @Override
  public XAResource[] getXAResources(ActivationSpec[] specs) {
    return resources.toArray(new XAResource[0]);
  }

  /** An activation without properties. */
  public static final class Spec implements ActivationSpec {

    private ResourceAdapter adapter;

    @Override
    public void validate() throws InvalidPropertyException {}

    @Override
    public ResourceAdapter getResourceAdapter() {
      return adapter;
    }

    @Override
    public void setResourceAdapter(ResourceAdapter ra) {
      adapter = ra;
    }
  }
}
