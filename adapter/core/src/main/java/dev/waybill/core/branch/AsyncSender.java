package dev.waybill.core.branch;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.TaskScheduler;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Sends on other threads, in commits of their own: a few at a time, because renewals and deliveries
 * want threads of the same pool. What needs the caller is done on his thread: the body is encoded
 * when {@link #send} returns. Thread-safe.
 */
public final class AsyncSender {

  /** How many messages of one adapter may wait for a thread. */
  static final int MOST = 1000;

  /** How many threads send at a time. */
  static final int THREADS = 4;

  /** After so many a thread goes back to the pool, and others come before it is asked for again. */
  private static final int SENDS_PER_WORK = 50;

  private static final String NAME = "Send a message";

  private final TaskScheduler scheduler;
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private int unsent;
  private int works;

  private record Waiting(Supplier<NewMessage> begun, Sender sender, CompletableFuture<UUID> sent) {}

  /**
   * For all producers of an adapter.
   *
   * @param scheduler gives the threads
   */
  public AsyncSender(TaskScheduler scheduler) {
    this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
  }

  /**
   * Sends a message.
   *
   * @param message what to send
   * @param sender the producer's
   * @return its id, on the sending thread; or a {@link QueueException}
   */
  public CompletionStage<UUID> send(OutgoingMessage message, Sender sender) {
    CompletableFuture<UUID> sent = new CompletableFuture<>();
    try {
      add(new Waiting(sender.begin(message), sender, sent));
    } catch (RuntimeException e) {
      sent.completeExceptionally(known(e));
    }
    return sent.minimalCompletionStage();
  }

  /** Has a message sent by one of the threads; while there is none, nothing else waits. */
  private synchronized void add(Waiting message) {
    if (unsent == MOST) {
      throw full(MOST + " messages of sendAsync are waiting for a thread already");
    }
    unsent++;
    waiting.add(message);
    if (works == THREADS) {
      return;
    }
    works++;
    if (!scheduler.execute(NAME, this::work)) {
      works--;
      if (works == 0) {
        unsent--;
        waiting.remove(message);
        throw full("The server's WorkManager has no thread to send with, or Waybill stops");
      }
    }
  }

  private void work() {
    try {
      int sends = 0;
      for (Waiting next = next(); next != null; next = next()) {
        send(next);
        sends++;
        if (sends % SENDS_PER_WORK == 0 && scheduler.execute(NAME, this::work)) {
          return;
        }
      }
    } catch (RuntimeException | Error e) {
      ended();
      throw e;
    }
  }

  private synchronized Waiting next() {
    Waiting next = waiting.poll();
    if (next == null) {
      ended();
    }
    return next;
  }

  private synchronized void ended() {
    works--;
  }

  private synchronized void done() {
    unsent--;
  }

  private void send(Waiting message) {
    UUID id = null;
    QueueException failure = null;
    try {
      id =
          message.sender.sendBegun(
              message.begun.get(),
              () -> {
                throw full("The thread of the WorkManager has a transaction");
              });
    } catch (Throwable e) {
      failure = known(e);
    }
    // Before anybody is told: whoever sends again then must not find his own place taken.
    done();
    if (failure == null) {
      message.sent.complete(id);
    } else {
      message.sent.completeExceptionally(failure);
    }
  }

  private static QueueException full(String why) {
    return new QueueException(
        Kind.UNAVAILABLE,
        why
            + ". Nothing was sent. Send again later, enlarge the server's thread pool, or use send.");
  }

  private static QueueException known(Throwable error) {
    return error instanceof QueueException known
        ? known
        : new QueueException(
            Kind.INTERNAL,
            "The send failed for a reason Waybill does not know: "
                + error
                + ". Nothing was sent. The stack trace of the cause says more.",
            error);
  }
}
