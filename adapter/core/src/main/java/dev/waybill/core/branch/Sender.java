package dev.waybill.core.branch;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.core.model.MessageEncoder;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.QueueSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;

/** Sends: checks and encodes messages, then adds them to the caller's branch. */
public final class Sender {

  private final MessageEncoder encoder;
  private final QueueDirectory queues;
  private final CurrentBranch branches;

  /**
   * The sender behind one or more producers.
   *
   * @param encoder checks and encodes
   * @param queues knows the queues
   * @param branches finds the caller's branch
   */
  public Sender(MessageEncoder encoder, QueueDirectory queues, CurrentBranch branches) {
    this.encoder = Objects.requireNonNull(encoder, "encoder");
    this.queues = Objects.requireNonNull(queues, "queues");
    this.branches = Objects.requireNonNull(branches, "branches");
  }

  /**
   * Sends one message in the caller's transaction, or in its own commit without one.
   *
   * @param message what to send
   * @param enlist see {@link CurrentBranch#forSend}
   * @return its id, or that of the first message with its deduplication id
   * @throws QueueException nothing was sent
   */
  public UUID send(OutgoingMessage message, Supplier<XaBranch> enlist) {
    return sendBegun(encode(message), enlist);
  }

  /**
   * Sends what {@link #begin} has made.
   *
   * @param message checked and encoded
   * @param enlist see {@link CurrentBranch#forSend}
   * @return as {@link #send}
   * @throws QueueException nothing was sent
   */
  public UUID sendBegun(NewMessage message, Supplier<XaBranch> enlist) {
    return branches.send(List.of(message), enlist).get(0);
  }

  /**
   * Sends all or none.
   *
   * @param messages what to send
   * @param enlist see {@link CurrentBranch#forSend}
   * @return their ids, in order
   * @throws QueueException nothing was sent; names the first offending index
   */
  public List<UUID> sendBatch(List<OutgoingMessage> messages, Supplier<XaBranch> enlist) {
    encoder.checkBatchCount(messages);
    List<NewMessage> all = new ArrayList<>(messages.size());
    long bytes = 0;
    for (int index = 0; index < messages.size(); index++) {
      NewMessage encoded;
      try {
        encoded = encode(messages.get(index));
        bytes += encoder.sizeOf(encoded);
        encoder.checkBatchBytes(bytes);
      } catch (QueueException e) {
        throw new QueueException(
            e.kind(),
            "Message " + index + " of the batch: " + e.getMessage() + " Nothing was sent.",
            e,
            e.retryable());
      }
      all.add(encoded);
    }
    return branches.send(all, enlist);
  }

  /** Checks and encodes a message. */
  NewMessage encode(OutgoingMessage message) {
    return begin(message).get();
  }

  /**
   * Checks a message and encodes its body, on the calling thread: JSON-B reads the application's
   * objects.
   *
   * @param message what to send
   * @return encodes the rest, on any thread and once; asks the store, and throws as this
   * @throws QueueException if it cannot be sent
   */
  public Supplier<NewMessage> begin(OutgoingMessage message) {
    if (message == null) {
      throw new QueueException(
          QueueException.Kind.INVALID,
          "The message is null. Build one with OutgoingMessage.to(queue).");
    }
    if (message.queue() == null) {
      throw new QueueException(
          QueueException.Kind.INVALID,
          "The message names no queue. Begin it with OutgoingMessage.to(queue), or send it by a"
              + " producer that was injected with @Queue.");
    }
    QueueName queue = QueueName.parse(message.queue());
    byte[] body;
    try {
      encoder.check(message);
      body = encoder.encodeBody(message);
    } catch (QueueException e) {
      throw about(queue, e);
    }
    return () -> finish(message, body, queue);
  }

  private NewMessage finish(OutgoingMessage message, byte[] body, QueueName queue) {
    QueueSettings settings = queues.require(queue);
    try {
      return encoder.encode(message, body, settings);
    } catch (QueueException e) {
      throw about(queue, e);
    }
  }

  private static QueueException about(QueueName queue, QueueException e) {
    return new QueueException(
        e.kind(), "Message to " + queue + ": " + e.getMessage(), e, e.retryable());
  }
}
