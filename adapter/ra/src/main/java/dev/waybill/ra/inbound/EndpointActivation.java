package dev.waybill.ra.inbound;

import dev.waybill.core.delivery.ActivationSettings;
import dev.waybill.core.delivery.DeliveryTarget;
import dev.waybill.core.model.BodyCodec;
import dev.waybill.ra.AdapterServices;
import dev.waybill.ra.config.ActivationConfiguration;
import dev.waybill.ra.config.InvalidConfigurationException;
import dev.waybill.ra.config.Problem;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A checked activation of a message-driven bean (Jakarta Connectors 2.1, chapter 13.4.1): what it
 * wants, and where its messages go. Delivers nothing by itself.
 */
public final class EndpointActivation implements AutoCloseable {

  private final String bean;
  private final ActivationConfiguration configuration;
  private final MessageEndpointTarget target;
  private final BodyCodec bodies;

  private EndpointActivation(
      String bean,
      ActivationConfiguration configuration,
      MessageEndpointTarget target,
      BodyCodec bodies) {
    this.bean = bean;
    this.configuration = configuration;
    this.target = target;
    this.bodies = bodies;
  }

  /**
   * Checks what a bean asks for. Touches neither store nor endpoints: the store may not be open
   * yet.
   *
   * @param factory the bean's endpoints
   * @param spec its configuration
   * @param services what the adapter offers
   * @return the activation
   * @throws ResourceException all problems at once, as one line with bean, property, value,
   *     accepted values and fix
   */
  public static EndpointActivation of(
      MessageEndpointFactory factory, ActivationSpec spec, AdapterServices services)
      throws ResourceException {
    Objects.requireNonNull(services, "services");
    if (!(spec instanceof QueueActivationSpec queueSpec)) {
      throw new NotSupportedException("Not an activation of Waybill: " + spec);
    }
    EndpointClass endpointClass = new EndpointClass(factory.getEndpointClass());
    Map<String, String> texts = queueSpec.texts();
    List<Problem> problems = new ArrayList<>(endpointClass.unknownProperties());
    problems.addAll(ActivationConfiguration.problems(texts));
    Optional<String> payloadType =
        Optional.ofNullable(texts.get("payloadType")).map(String::trim).filter(t -> !t.isEmpty());
    Optional<ListenerCall> listener = endpointClass.listener(payloadType, problems);
    String bean = endpointClass.bean();
    if (!problems.isEmpty() || listener.isEmpty()) {
      throw refused(new InvalidConfigurationException("Activation of " + bean, problems));
    }
    try {
      ActivationConfiguration configuration = ActivationConfiguration.parse(bean, texts);
      boolean transacted = factory.isDeliveryTransacted(listener.get().method());
      ActivationAnnouncement announcement =
          new ActivationAnnouncement(bean, configuration, transacted);
      BodyCodec bodies = new BodyCodec(services.javaBodies());
      return new EndpointActivation(
          bean,
          configuration,
          new MessageEndpointTarget(
              factory,
              listener.get(),
              transacted,
              configuration.settings(bean, Duration.ZERO, Duration.ZERO).leaseLimit().isPresent(),
              services,
              bodies,
              announcement),
          bodies);
    } catch (InvalidConfigurationException e) {
      throw refused(e);
    } catch (NoSuchMethodException e) {
      throw new NotSupportedException(
          "Activation of " + bean + ": the server does not know the listener method " + e, e);
    }
  }

  private static NotSupportedException refused(InvalidConfigurationException e) {
    // Without the cause: it says the same, and servers print every cause.
    return new NotSupportedException(e.getMessage());
  }

  /** The bean, for people. */
  public String bean() {
    return bean;
  }

  /** Where its messages go; usable once the store is open. */
  public DeliveryTarget target() {
    return target;
  }

  /**
   * What the delivery engine needs.
   *
   * @param pollInterval the adapter's
   * @param drainTimeout the adapter's
   */
  public ActivationSettings settings(Duration pollInterval, Duration drainTimeout) {
    return configuration.settings(bean, pollInterval, drainTimeout);
  }

  /** Forgets the application's classes; called when its deliveries have ended. */
  @Override
  public void close() {
    bodies.close();
  }
}
