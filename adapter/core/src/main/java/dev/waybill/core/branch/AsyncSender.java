package dev.waybill.core.branch;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.TaskScheduler;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Sends on another thread, in commits of their own. What needs the caller is done on his thread:
 * the body is encoded when {@link #send} returns.
 */
public final class AsyncSender {

  /** How many messages of one adapter may wait for a thread. */
  static final int MOST = 1000;

  private static final String NAME = "Send a message";

  private final TaskScheduler scheduler;
  private final Semaphore free = new Semaphore(MOST);

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
      Supplier<NewMessage> begun = sender.begin(message);
      if (!free.tryAcquire()) {
        throw full(MOST + " messages of sendAsync are waiting for a thread already");
      }
      if (!scheduler.execute(NAME, () -> send(begun, sender, sent))) {
        free.release();
        throw full("The server's WorkManager has no thread to send with, or Waybill stops");
      }
    } catch (RuntimeException e) {
      sent.completeExceptionally(known(e));
    }
    return sent.minimalCompletionStage();
  }

  private void send(Supplier<NewMessage> begun, Sender sender, CompletableFuture<UUID> sent) {
    UUID id = null;
    QueueException failure = null;
    try {
      id =
          sender.sendBegun(
              begun.get(),
              () -> {
                throw full("The thread of the WorkManager has a transaction");
              });
    } catch (Throwable e) {
      failure = known(e);
    }
    // Before anybody is told: whoever sends again then must not find his own place taken.
    free.release();
    if (failure == null) {
      sent.complete(id);
    } else {
      sent.completeExceptionally(failure);
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
