package dev.waybill.core.delivery;

import dev.waybill.api.Confirmation;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.Reply;
import dev.waybill.core.branch.Sender;
import dev.waybill.core.branch.TransactedDelivery;
import dev.waybill.core.branch.TransactionContext;
import dev.waybill.core.model.Answer;
import dev.waybill.core.model.GroupName;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.Responses;
import dev.waybill.core.store.QueueStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks what became of messages: of one that is sent for it, or of any that was sent before. */
public final class Asking {

  private static final Duration LONGEST = Duration.ofDays(1);

  private final Sender sender;
  private final Responses responses;
  private final TransactionContext transaction;
  private final QueueStore store;
  private final Settlements settlements;

  /**
   * The questions of one or more producers.
   *
   * @param sender sends
   * @param responses reads responses
   * @param transaction the container's view of the caller's transaction
   * @param store where messages and answers are
   * @param settlements where to wait
   */
  public Asking(
      Sender sender,
      Responses responses,
      TransactionContext transaction,
      QueueStore store,
      Settlements settlements) {
    this.sender = Objects.requireNonNull(sender, "sender");
    this.responses = Objects.requireNonNull(responses, "responses");
    this.transaction = Objects.requireNonNull(transaction, "transaction");
    this.store = Objects.requireNonNull(store, "store");
    this.settlements = Objects.requireNonNull(settlements, "settlements");
  }

  /**
   * Sends a message and waits on the calling thread until it is settled.
   *
   * @param message what to send
   * @param group whose settlement
   * @param timeout more than 0, up to 1 day
   * @return how it was settled, or that it was not in time
   * @throws QueueException as {@link dev.waybill.api.QueueProducer#sendAndWait(OutgoingMessage,
   *     String, Duration)} says
   */
  public Reply sendAndWait(OutgoingMessage message, String group, Duration timeout) {
    requireNoTransaction();
    requireGroup(group);
    if (timeout == null
        || timeout.isNegative()
        || timeout.isZero()
        || timeout.compareTo(LONGEST) > 0) {
      throw new QueueException(
          Kind.INVALID,
          "The timeout of sendAndWait is "
              + timeout
              + "; it must be more than 0 and at most 1 day. Nothing was sent.");
    }
    NewMessage encoded = sender.begin(message).get();
    Instant until = store.clock().now().plus(timeout);
    UUID id = encoded.id();
    try (Waiters.Waiter waiter = settlements.waiters().expect(id)) {
      UUID sent =
          sender.sendBegun(
              encoded.awaitedBy(store.answers().awaiter(group, until)),
              () -> {
                throw inTransaction();
              });
      Duration left = Duration.between(store.clock().now(), until);
      return sent.equals(id)
          ? new AnsweredReply(id, waiter.await(left), responses)
          : ofFirst(sent, group, left);
    }
  }

  /** The message was sent before: its response, if any, went to who sent it. */
  private Reply ofFirst(UUID first, String group, Duration left) {
    Confirmations confirmations = settlements.confirmations();
    CompletableFuture<Confirmation> asked = confirmations.whenSettled(first, group);
    Optional<Confirmation> confirmation;
    try {
      confirmation = Waiters.await(asked, left, first);
    } finally {
      confirmations.forget(first, group, asked);
    }
    Optional<Answer> answer =
        confirmation.map(
            found ->
                switch (found.outcome()) {
                  case COMPLETED -> new Answer.Completed(null);
                  case DEAD_LETTERED -> new Answer.DeadLettered(found.reason());
                  case UNKNOWN ->
                      throw new QueueException(
                          Kind.CONFLICT,
                          "The deduplicationId was used before, by message "
                              + first
                              + ", and what became of that is no longer known: its history is kept"
                              + " for deadRetention. Nothing was sent. Use another deduplicationId,"
                              + " or a longer deadRetention.");
                });
    return new AnsweredReply(first, answer, responses);
  }

  private void requireNoTransaction() {
    if (transaction.status() != TransactionContext.Status.NONE || TransactedDelivery.isCurrent()) {
      throw inTransaction();
    }
  }

  private static QueueException inTransaction() {
    return new QueueException(
        Kind.INVALID,
        "sendAndWait was called in a transaction, or in a listener whose delivery is transacted."
            + " There it could only wait in vain: the message would be seen by its consumer once"
            + " the transaction has committed, and the transaction would commit once the wait is"
            + " over. Nothing was sent. Call it without a transaction"
            + " (@Transactional(NOT_SUPPORTED), or a bean with NOT_SUPPORTED), or send and ask"
            + " whenSettled.");
  }

  private static void requireGroup(String group) {
    if (!GroupName.DEFAULT.equals(group)) {
      throw new QueueException(
          Kind.INVALID,
          "group=\""
              + group
              + "\" "
              + GroupName.NOT_THERE
              + ". Accepted: "
              + GroupName.DEFAULT
              + ". Leave it out.");
    }
  }

  /**
   * Asks what becomes of a message.
   *
   * @param messageId the message
   * @param group whose settlement
   * @return completed once
   * @throws QueueException as {@link dev.waybill.api.QueueProducer#whenSettled(UUID, String)} says
   */
  public CompletionStage<Confirmation> whenSettled(UUID messageId, String group) {
    if (messageId == null) {
      throw new QueueException(
          Kind.INVALID, "whenSettled(null): give it the id that send returned.");
    }
    requireGroup(group);
    return settlements.confirmations().whenSettled(messageId, group).minimalCompletionStage();
  }
}
