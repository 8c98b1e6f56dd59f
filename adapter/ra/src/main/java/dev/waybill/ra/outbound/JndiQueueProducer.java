package dev.waybill.ra.outbound;

import dev.waybill.api.Confirmation;
import dev.waybill.api.MessageStream;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueProducer;
import dev.waybill.api.Reply;
import dev.waybill.core.branch.Sender;
import dev.waybill.core.branch.XaBranch;
import dev.waybill.core.model.GroupName;
import dev.waybill.ra.OpenAdapter;
import jakarta.resource.Referenceable;
import jakarta.resource.spi.ConnectionManager;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.naming.Reference;

/**
 * The producer that applications inject: the adapter's connection factory (Jakarta Connectors 2.1,
 * chapters 6.4.1 and 11). It sends by itself; a connection is allocated only on the xa path, and
 * only to be enlisted for the first send of a transaction.
 */
public final class JndiQueueProducer implements QueueProducer, Serializable, Referenceable {

  private static final long serialVersionUID = 1L;

  private final ProducerConnectionFactory factory;
  private final ConnectionManager connectionManager;
  private Reference reference;
  private transient volatile SendingSession session;

  JndiQueueProducer(ProducerConnectionFactory factory, ConnectionManager connectionManager) {
    this.factory = Objects.requireNonNull(factory, "factory");
    this.connectionManager = Objects.requireNonNull(connectionManager, "connectionManager");
  }

  @Override
  public UUID send(OutgoingMessage message) {
    return sending((sender, enlist) -> sender.send(message, enlist));
  }

  @Override
  public List<UUID> sendBatch(List<OutgoingMessage> messages) {
    return sending((sender, enlist) -> sender.sendBatch(messages, enlist));
  }

  @Override
  public MessageStream stream(String producerId, int maxOutstanding) {
    return inSession(
        session ->
            new JndiMessageStream(
                session.adapter(),
                new Enlistment(session.adapter(), factory, connectionManager),
                session.streams().open(producerId, maxOutstanding)));
  }

  @Override
  public Reply sendAndWait(OutgoingMessage message, Duration timeout) {
    return sendAndWait(message, GroupName.DEFAULT, timeout);
  }

  @Override
  public Reply sendAndWait(OutgoingMessage message, String group, Duration timeout) {
    return inSession(session -> session.asking().sendAndWait(message, group, timeout));
  }

  @Override
  public CompletionStage<Confirmation> whenSettled(UUID messageId) {
    return whenSettled(messageId, GroupName.DEFAULT);
  }

  @Override
  public CompletionStage<Confirmation> whenSettled(UUID messageId, String group) {
    return inSession(session -> session.asking().whenSettled(messageId, group));
  }

  @Override
  public CompletionStage<UUID> sendAsync(OutgoingMessage message) {
    try {
      return inSession(session -> session.adapter().async().send(message, session.sender()));
    } catch (QueueException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private <T> T sending(BiFunction<Sender, Supplier<XaBranch>, T> send) {
    return inSession(
        session -> {
          Enlistment enlistment = new Enlistment(session.adapter(), factory, connectionManager);
          return send.apply(session.sender(), enlistment::enlist);
        });
  }

  private <T> T inSession(Function<SendingSession, T> call) {
    try {
      return call.apply(sessionOf(factory.services().open()));
    } catch (QueueException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new QueueException(
          QueueException.Kind.INTERNAL,
          "The call of the QueueProducer failed for a reason Waybill does not know: "
              + e
              + ". Nothing was sent. The stack trace of the cause says more.",
          e);
    }
  }

  private SendingSession sessionOf(OpenAdapter adapter) {
    SendingSession current = session;
    if (current != null && current.isOf(adapter)) {
      return current;
    }
    SendingSession found = factory.sessions().of(adapter);
    session = found;
    return found;
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
