package dev.waybill.core.delivery;

import dev.waybill.api.Message;
import dev.waybill.api.MessageBatch;
import dev.waybill.api.QueueException;
import dev.waybill.api.WrongBodyTypeException;
import dev.waybill.core.branch.Operation.Settlement;
import dev.waybill.core.store.AttemptFailure;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The batch a listener sees. A decision about a message beats one about the batch; of two of a kind
 * the last wins. Nothing of it outlives a rollback.
 */
public final class DeliveredBatch implements MessageBatch, Handover {

  private final List<DeliveredMessage> messages;
  private final Duration maxDelay;
  private Optional<Decision> forTheRest = Optional.empty();
  private boolean over;

  /**
   * A batch in the hands of a listener.
   *
   * @param messages at least one, all of one queue
   * @param maxDelay the longest delay of a retry
   */
  public DeliveredBatch(List<DeliveredMessage> messages, Duration maxDelay) {
    this.messages = List.copyOf(messages);
    this.maxDelay = Objects.requireNonNull(maxDelay, "maxDelay");
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("A batch without a message");
    }
  }

  @Override
  public List<Settlement> settlements(Acknowledge acknowledge) {
    Decision otherwise = forTheRest.orElseGet(acknowledge::undecided);
    return messages.stream()
        .map(message -> message.decision().orElse(otherwise).settlement(message.ownLease()))
        .toList();
  }

  /** All follow the schedule, but the one whose body was read as what it is not. */
  @Override
  public List<AttemptFailure> failures(String error, Optional<WrongBodyTypeException> malformed) {
    return messages.stream()
        .map(
            message ->
                malformed.filter(message::threw).isPresent()
                    ? AttemptFailure.givenUp(error)
                    : AttemptFailure.bySchedule(error))
        .toList();
  }

  @Override
  public void listenerReturned() {
    over = true;
    messages.forEach(DeliveredMessage::listenerReturned);
  }

  @Override
  public String queue() {
    return messages.get(0).queue();
  }

  @Override
  public List<Message> messages() {
    return List.copyOf(messages);
  }

  @Override
  public Iterator<Message> iterator() {
    return messages().iterator();
  }

  @Override
  public void ackAll() {
    decide("ackAll", new Decision.Done());
  }

  @Override
  public void retryAll() {
    decide("retryAll", new Decision.TryAgain(Optional.empty()));
  }

  @Override
  public void retryAll(Duration delay) {
    RetryDelay.check(delay, maxDelay, "retryAll(" + delay + ") of " + this);
    decide("retryAll", new Decision.TryAgain(Optional.of(delay)));
  }

  private void decide(String call, Decision made) {
    if (over) {
      throw new QueueException(
          QueueException.Kind.CONFLICT,
          call
              + "() of "
              + this
              + " came after its listener had returned. Nothing was changed. Make such calls before"
              + " the listener returns, on its own thread.");
    }
    forTheRest = Optional.of(made);
  }

  @Override
  public String toString() {
    return "MessageBatch[queue=" + queue() + ", " + messages.size() + " messages]";
  }
}
