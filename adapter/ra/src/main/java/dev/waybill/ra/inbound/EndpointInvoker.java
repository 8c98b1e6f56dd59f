package dev.waybill.ra.inbound;

import dev.waybill.api.QueueException;
import dev.waybill.api.spi.CurrentDelivery;
import dev.waybill.core.branch.TransactedDelivery;
import dev.waybill.core.delivery.Decision;
import dev.waybill.core.delivery.DeliveredMessage;
import dev.waybill.core.delivery.DeliveryTarget;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.ra.RaLog;
import dev.waybill.ra.inbound.DeliveryTransaction.Ending;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One endpoint of the container, and the only owner of the order {@code beforeDelivery}, listener,
 * decision, settlement, {@code afterDelivery} (Jakarta Connectors 2.1, chapter 13.5.6). Once {@code
 * beforeDelivery} has returned, {@code afterDelivery} is called, whatever happens in between.
 */
final class EndpointInvoker implements DeliveryTarget.Endpoint {

  private final MessageEndpoint endpoint;
  private final ListenerCall listener;
  private final Supplier<DeliveryTransaction> transactions;
  private final Function<LeasedMessage, DeliveredMessage> messages;
  private final ActivationAnnouncement announcement;

  EndpointInvoker(
      MessageEndpoint endpoint,
      ListenerCall listener,
      Supplier<DeliveryTransaction> transactions,
      Function<LeasedMessage, DeliveredMessage> messages,
      ActivationAnnouncement announcement) {
    this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
    this.listener = Objects.requireNonNull(listener, "listener");
    this.transactions = Objects.requireNonNull(transactions, "transactions");
    this.messages = Objects.requireNonNull(messages, "messages");
    this.announcement = Objects.requireNonNull(announcement, "announcement");
  }

  @Override
  public DeliveryResult deliver(LeasedMessage leased) {
    DeliveredMessage message = messages.apply(leased);
    DeliveryTransaction transaction = transactions.get();
    try {
      endpoint.beforeDelivery(listener.method());
    } catch (Throwable e) {
      return notStarted("beforeDelivery failed: " + ListenerFailure.text(e));
    }
    Optional<Throwable> refused = begin(transaction);
    Optional<Throwable> error =
        refused.isPresent() ? refused : listen(leased, message, transaction);
    afterDelivery();
    if (transaction.rollBackIfLeft()) {
      RaLog.transactionLeft(announcement.bean());
    }
    if (refused.isPresent()) {
      String why = ListenerFailure.text(refused.get());
      // A store out of reach is said by whoever claims, and needs no line for each bean.
      return isUnavailable(refused.get()) ? new DeliveryResult.NotStarted(why) : notStarted(why);
    }
    return resultOf(transaction.ending(), error, message);
  }

  private static boolean isUnavailable(Throwable error) {
    return error instanceof QueueException known && known.kind() == QueueException.Kind.UNAVAILABLE;
  }

  private DeliveryResult notStarted(String why) {
    announcement.notStarted(why);
    return new DeliveryResult.NotStarted(why);
  }

  private static Optional<Throwable> begin(DeliveryTransaction transaction) {
    try {
      transaction.begin();
      return Optional.empty();
    } catch (Throwable e) {
      abandon(transaction, e);
      return Optional.of(e);
    }
  }

  /** Runs the listener and settles; what went wrong, if anything did. */
  private Optional<Throwable> listen(
      LeasedMessage leased, DeliveredMessage message, DeliveryTransaction transaction) {
    announcement.started();
    try {
      call(message);
      Decision decision = message.decision().orElseGet(Decision.Done::new);
      transaction.settle(decision.settlement(leased.lease()));
      return Optional.empty();
    } catch (Throwable e) {
      abandon(transaction, e);
      return Optional.of(e);
    } finally {
      TransactedDelivery.leave();
    }
  }

  private void call(DeliveredMessage message) throws Exception {
    try {
      CurrentDelivery.during(message, () -> listener.call(endpoint, message));
    } finally {
      message.listenerReturned();
    }
  }

  private static void abandon(DeliveryTransaction transaction, Throwable cause) {
    try {
      transaction.abandon();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  private void afterDelivery() {
    try {
      endpoint.afterDelivery();
    } catch (Throwable e) {
      // Some containers throw where the transaction rolled back; the branch knows how it ended.
      RaLog.afterDeliveryFailed(announcement.bean(), e);
    }
  }

  private static DeliveryResult resultOf(
      Ending ending, Optional<Throwable> error, DeliveredMessage message) {
    if (ending instanceof Ending.Committed) {
      return new DeliveryResult.Settled();
    }
    if (ending instanceof Ending.LeaseLost) {
      return new DeliveryResult.LeaseLost();
    }
    if (ending instanceof Ending.Unknown unknown) {
      return new DeliveryResult.Unknown(unknown.why());
    }
    String why = "transaction rolled back: " + ((Ending.RolledBack) ending).why();
    return new DeliveryResult.Failed(ListenerFailure.of(error, why, message));
  }

  @Override
  public void close() {
    try {
      endpoint.release();
    } catch (RuntimeException e) {
      RaLog.releaseFailed(announcement.bean(), e);
    }
  }
}
