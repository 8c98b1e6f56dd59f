package dev.waybill.ra;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;

/**
 * The inbound side of the adapter, as the adapter sees it (Jakarta Connectors 2.1, chapter 12.4).
 */
public interface EndpointActivations extends AutoCloseable {

  /**
   * Begins to deliver to an endpoint, or refuses with all that is wrong.
   *
   * @param factory makes the endpoints
   * @param spec what was configured
   * @throws ResourceException if the configuration cannot be used
   */
  void activate(MessageEndpointFactory factory, ActivationSpec spec) throws ResourceException;

  /**
   * Ends deliveries to an endpoint: no new ones, running ones finish. Does nothing for an endpoint
   * that is not active.
   *
   * @param factory as given to {@link #activate}
   * @param spec as given to {@link #activate}
   */
  void deactivate(MessageEndpointFactory factory, ActivationSpec spec);

  /** Ends all deliveries; the store is still open, and closed afterwards. */
  @Override
  void close();
}
