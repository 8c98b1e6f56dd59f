package dev.waybill.ra.inbound;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.JoinedBranch;
import dev.waybill.core.delivery.Acknowledge;
import dev.waybill.core.delivery.DeliveredBatch;
import dev.waybill.core.delivery.DeliveredMessage;
import dev.waybill.core.delivery.DeliveryTarget;
import dev.waybill.core.delivery.Handover;
import dev.waybill.core.model.BodyCodec;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.store.LeaseStore;
import dev.waybill.ra.AdapterServices;
import dev.waybill.ra.OpenAdapter;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import javax.transaction.xa.XAResource;

/**
 * The endpoints of one message-driven bean. The XAResource goes to the container only where the
 * bean's transaction gets a branch of ours: on the joined path it would make that transaction a
 * two-phase one.
 */
final class MessageEndpointTarget implements DeliveryTarget {

  private final MessageEndpointFactory factory;
  private final ListenerCall listener;
  private final boolean transacted;
  private final boolean leaseLimited;
  private final Acknowledge acknowledge;
  private final AdapterServices services;
  private final BodyCodec bodies;
  private final ActivationAnnouncement announcement;

  MessageEndpointTarget(
      MessageEndpointFactory factory,
      ListenerCall listener,
      boolean transacted,
      boolean leaseLimited,
      Acknowledge acknowledge,
      AdapterServices services,
      BodyCodec bodies,
      ActivationAnnouncement announcement) {
    this.factory = Objects.requireNonNull(factory, "factory");
    this.listener = Objects.requireNonNull(listener, "listener");
    this.transacted = transacted;
    this.leaseLimited = leaseLimited;
    this.acknowledge = Objects.requireNonNull(acknowledge, "acknowledge");
    this.services = Objects.requireNonNull(services, "services");
    this.bodies = Objects.requireNonNull(bodies, "bodies");
    this.announcement = Objects.requireNonNull(announcement, "announcement");
  }

  @Override
  public Optional<Endpoint> acquire() {
    OpenAdapter adapter = services.open();
    announcement.ready(adapter);
    boolean xa = transacted && adapter.joined().isEmpty();
    XAResource xaResource = xa ? services.newXaResource() : null;
    MessageEndpoint endpoint;
    try {
      endpoint = factory.createEndpoint(xaResource);
    } catch (UnavailableException e) {
      return Optional.empty();
    }
    return Optional.of(
        new EndpointInvoker(
            endpoint,
            listener,
            transactions(adapter),
            leased -> handover(adapter, leased),
            acknowledge,
            announcement));
  }

  private Supplier<DeliveryTransaction> transactions(OpenAdapter adapter) {
    if (!transacted) {
      return () -> new NonTransactedDelivery(adapter.local(), adapter.detached());
    }
    if (adapter.joined().isPresent()) {
      JoinedBranch joined = adapter.joined().get();
      return () -> new JoinedDelivery(joined, adapter.transaction());
    }
    return () -> new XaDelivery(adapter.xa(), adapter.transaction());
  }

  private Handover handover(OpenAdapter adapter, List<LeasedMessage> leased) {
    return listener.batches()
        ? new DeliveredBatch(
            leased.stream().map(each -> open(adapter, each)).toList(), adapter.limits().maxDelay())
        : open(adapter, leased.get(0));
  }

  private DeliveredMessage open(OpenAdapter adapter, LeasedMessage leased) {
    return new DeliveredMessage(
        leased, bodies, adapter.limits(), duration -> extend(adapter, leased.lease(), duration));
  }

  /**
   * In a commit of its own: it stands although the listener's transaction may roll back. A lease
   * without a limit is renewed for as long as the listener runs: an end would only shorten it.
   */
  private void extend(OpenAdapter adapter, Lease lease, Duration duration) {
    LeaseStore leases = adapter.store().leases();
    Instant until = adapter.store().clock().now().plus(duration);
    Object held =
        adapter
            .detached()
            .apply(() -> leaseLimited ? leases.limitLease(lease, until) : leases.isHeld(lease));
    if (!Boolean.TRUE.equals(held)) {
      throw new QueueException(
          QueueException.Kind.CONFLICT,
          "The lease of message "
              + lease.messageId()
              + " (queue "
              + lease.queue()
              + ", attempt "
              + lease.attempt()
              + ") was lost before extendLease: it ran out and the message was given to another"
              + " attempt. What this listener does will roll back. Extend earlier, or raise"
              + " leaseDuration or maxLease.");
    }
  }
}
