package dev.waybill.core.delivery;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Settlement;
import dev.waybill.core.model.Answer;
import dev.waybill.core.model.Awaiter;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.store.Answers;
import dev.waybill.core.store.Answers.Given;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The senders of this node that wait for their messages. Completions on this node are handed over
 * in memory, after their commit; everything else comes by rows, for which one query looks for all
 * who wait. Thread-safe.
 */
final class Waiters {

  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofMillis(500);
  private static final int STEP = 100;

  private final Map<UUID, CompletableFuture<Answer>> waiting = new ConcurrentHashMap<>();
  private final Looking looking;
  private volatile Answers answers;
  private volatile Consumer<String> tellOthers = incarnation -> {};
  private volatile boolean stopped;

  Waiters(TaskScheduler scheduler, DeliveryLog log) {
    looking =
        new Looking(
            "Looking for answers", scheduler, log, SHORTEST, LONGEST, this::areThere, this::look);
  }

  void open(Answers store) {
    answers = store;
  }

  /** Whom to tell that answers were left for a start of another node; must be quick. */
  void passOn(Consumer<String> others) {
    tellOthers = others;
  }

  private boolean areThere() {
    return !waiting.isEmpty();
  }

  /** One sender and its message. */
  final class Waiter implements AutoCloseable {

    private final UUID messageId;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();

    private Waiter(UUID messageId) {
      this.messageId = messageId;
    }

    /**
     * Waits on the calling thread.
     *
     * @return empty if no answer came in time
     * @throws QueueException {@code UNAVAILABLE}, not retryable, if the thread is interrupted or
     *     the adapter stops
     */
    Optional<Answer> await(Duration atMost) {
      return Waiters.await(answer, atMost, messageId);
    }

    @Override
    public void close() {
      waiting.remove(messageId, answer);
    }
  }

  /** To be called before the message is sent. */
  Waiter expect(UUID messageId) {
    Waiter waiter = new Waiter(messageId);
    waiting.put(messageId, waiter.answer);
    if (stopped) {
      waiter.close();
      throw new QueueException(
          Kind.UNAVAILABLE,
          "Waybill is stopping, so nobody can wait. Nothing was sent. Call again after the start.");
    }
    looking.later();
    return waiter;
  }

  /** Waits on the calling thread for what is known of a message; empty if it is not in time. */
  static <T> Optional<T> await(CompletableFuture<T> answer, Duration atMost, UUID messageId) {
    try {
      return Optional.of(answer.get(atMost.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw waitEnded("The thread was interrupted", messageId, e);
    } catch (ExecutionException e) {
      throw waitEnded("The adapter stopped", messageId, e.getCause());
    }
  }

  private static QueueException waitEnded(String why, UUID messageId, Throwable cause) {
    return new QueueException(
        Kind.UNAVAILABLE,
        why
            + " while it waited for message "
            + messageId
            + ", which was sent, stays and is processed. Do not send it again;"
            + " whenSettled(messageId) tells what became of it.",
        cause,
        false);
  }

  /** A settlement has committed here. Quick. */
  void settled(Settlement settlement) {
    Awaiter awaiter = settlement.lease().awaiter();
    if (awaiter == null) {
      return;
    }
    Answers store = answers;
    if (store != null && !store.isHere(awaiter)) {
      tellOthers.accept(awaiter.incarnation());
    } else if (settlement instanceof Complete complete) {
      answer(settlement.lease().messageId(), new Answer.Completed(complete.response()));
    } else {
      looking.soon();
    }
  }

  /** A message was given up here: its answer is a row. Quick. */
  void gaveUp(UUID messageId) {
    if (waiting.containsKey(messageId)) {
      looking.soon();
    }
  }

  /** Another node says that there are answers. Quick. */
  void lookSoon() {
    if (areThere()) {
      looking.soon();
    }
  }

  private void answer(UUID messageId, Answer answer) {
    CompletableFuture<Answer> found = waiting.remove(messageId);
    if (found != null) {
      found.complete(answer);
    }
  }

  private boolean look(boolean inTurn) {
    Answers store = answers;
    if (store == null || !areThere()) {
      return false;
    }
    List<Given> given = store.given(STEP);
    if (given.isEmpty()) {
      return false;
    }
    // Handed over before they are removed: what is removed can be read by nobody again.
    given.forEach(each -> answer(each.messageId(), each.answer()));
    store.handedOver(given.stream().map(Given::messageId).toList());
    if (given.size() == STEP) {
      looking.soon();
    }
    return true;
  }

  /** Nobody waits any more. */
  void stop() {
    stopped = true;
    looking.stop();
    waiting
        .values()
        .forEach(
            each ->
                each.completeExceptionally(
                    new QueueException(Kind.UNAVAILABLE, "Waybill is stopping.")));
    waiting.clear();
  }
}
