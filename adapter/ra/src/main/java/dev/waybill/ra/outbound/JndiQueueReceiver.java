package dev.waybill.ra.outbound;

import dev.waybill.api.Cancellation;
import dev.waybill.api.QueueConsumer;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueReceiver;
import dev.waybill.api.ReceiveRequest;
import dev.waybill.api.ReceivedMessage;
import dev.waybill.api.SettleResult;
import dev.waybill.api.Settlement;
import dev.waybill.core.delivery.PullReceiver;
import dev.waybill.ra.OpenAdapter;
import jakarta.resource.Referenceable;
import jakarta.resource.spi.ConnectionManager;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.naming.Reference;

/**
 * The receiver that applications inject: a connection factory of the adapter (Jakarta Connectors
 * 2.1, chapters 6.4.1 and 11). It receives by itself; a connection is allocated only on the xa
 * path, and only to be enlisted for the first settlement of a transaction.
 */
public final class JndiQueueReceiver implements QueueReceiver, Serializable, Referenceable {

  private static final long serialVersionUID = 1L;

  private final ReceiverConnectionFactory factory;
  private final ConnectionManager connectionManager;
  private Reference reference;
  private transient volatile Bound bound;

  private record Bound(ReceivingSession session, PullReceiver receiver) {}

  JndiQueueReceiver(ReceiverConnectionFactory factory, ConnectionManager connectionManager) {
    this.factory = Objects.requireNonNull(factory, "factory");
    this.connectionManager = Objects.requireNonNull(connectionManager, "connectionManager");
  }

  @Override
  public List<ReceivedMessage> receive(ReceiveRequest request) {
    return calling(receiver -> receiver.receive(request));
  }

  @Override
  public List<ReceivedMessage> receive(ReceiveRequest request, Cancellation cancellation) {
    return calling(receiver -> receiver.receive(request, cancellation));
  }

  @Override
  public List<ReceivedMessage> tryReceive(ReceiveRequest request) {
    return calling(receiver -> receiver.tryReceive(request));
  }

  @Override
  public void ack(String lease) {
    doing(receiver -> receiver.ack(lease));
  }

  @Override
  public void retry(String lease) {
    doing(receiver -> receiver.retry(lease));
  }

  @Override
  public void retry(String lease, Duration delay) {
    doing(receiver -> receiver.retry(lease, delay));
  }

  @Override
  public void reject(String lease, String reason) {
    doing(receiver -> receiver.reject(lease, reason));
  }

  @Override
  public List<SettleResult> settle(List<Settlement> settlements) {
    return calling(receiver -> receiver.settle(settlements));
  }

  @Override
  public void extendLease(String lease, Duration duration) {
    doing(receiver -> receiver.extendLease(lease, duration));
  }

  @Override
  public QueueConsumer consumer(ReceiveRequest request) {
    return calling(receiver -> receiver.consumer(request));
  }

  private void doing(Consumer<PullReceiver> call) {
    calling(
        receiver -> {
          call.accept(receiver);
          return null;
        });
  }

  private <T> T calling(Function<PullReceiver, T> call) {
    try {
      return call.apply(receiver());
    } catch (QueueException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new QueueException(
          QueueException.Kind.INTERNAL,
          "The call of the QueueReceiver failed for a reason Waybill does not know: "
              + e
              + ". The stack trace of the cause says more.",
          e);
    }
  }

  private PullReceiver receiver() {
    OpenAdapter adapter = factory.services().open();
    Bound current = bound;
    if (current != null && current.session().isOf(adapter)) {
      return current.receiver();
    }
    ReceivingSession session = factory.sessions().of(adapter);
    PullReceiver receiver =
        new PullReceiver(
            factory.services().pulling(),
            session.bodies(),
            adapter.limits(),
            adapter.currentBranch(),
            adapter.transaction(),
            adapter.detached(),
            new Enlistment(adapter, factory, connectionManager)::enlist);
    bound = new Bound(session, receiver);
    return receiver;
  }

  @Override
  public void setReference(Reference reference) {
    this.reference = reference;
  }

  @Override
  public Reference getReference() {
    return reference;
  }
}
