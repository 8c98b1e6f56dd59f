package dev.waybill.api.cdi;

import dev.waybill.api.Confirmation;
import dev.waybill.api.MessageStream;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueProducer;
import dev.waybill.api.Reply;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Sends to one queue by the producer of an application. */
final class ProducerOfQueue implements QueueProducer {

  private final String queue;
  private final Supplier<QueueProducer> producer;

  ProducerOfQueue(String queue, Supplier<QueueProducer> producer) {
    this.queue = queue;
    this.producer = producer;
  }

  @Override
  public UUID send(OutgoingMessage message) {
    return producer.get().send(addressed(message));
  }

  @Override
  public List<UUID> sendBatch(List<OutgoingMessage> messages) {
    return producer
        .get()
        .sendBatch(messages == null ? null : messages.stream().map(this::addressed).toList());
  }

  @Override
  public Reply sendAndWait(OutgoingMessage message, Duration timeout) {
    return producer.get().sendAndWait(addressed(message), timeout);
  }

  @Override
  public Reply sendAndWait(OutgoingMessage message, String group, Duration timeout) {
    return producer.get().sendAndWait(addressed(message), group, timeout);
  }

  @Override
  public CompletionStage<Confirmation> whenSettled(UUID messageId) {
    return producer.get().whenSettled(messageId);
  }

  @Override
  public CompletionStage<Confirmation> whenSettled(UUID messageId, String group) {
    return producer.get().whenSettled(messageId, group);
  }

  @Override
  public CompletionStage<UUID> sendAsync(OutgoingMessage message) {
    OutgoingMessage addressed;
    try {
      addressed = addressed(message);
    } catch (QueueException e) {
      return CompletableFuture.failedStage(e);
    }
    return producer.get().sendAsync(addressed);
  }

  @Override
  public MessageStream stream(String producerId, int maxOutstanding) {
    return new StreamOfQueue(producer.get().stream(producerId, maxOutstanding), this::addressed);
  }

  private OutgoingMessage addressed(OutgoingMessage message) {
    if (message == null || queue.equals(message.queue())) {
      return message;
    }
    if (message.queue() == null) {
      return message.addressedTo(queue);
    }
    throw new QueueException(
        Kind.INVALID,
        "A message to "
            + message.queue()
            + " was given to the producer of @Queue(\""
            + queue
            + "\"). Nothing was sent. Leave the queue out, or inject the producer without @Queue.");
  }
}
