package dev.waybill.ra.work;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.TransactionContext;
import dev.waybill.core.model.TaskScheduler;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Runs calls without a transaction, and waits for their results: on the calling thread if it has
 * none, else on another. Commits of our own must not become part of the caller's transaction.
 */
public final class DetachedCalls implements Function<Callable<Object>, Object> {

  private final TaskScheduler scheduler;
  private final TransactionContext transaction;
  private final ClassLoader loader;
  private final Duration atMost;

  /**
   * Detached calls of one adapter.
   *
   * @param scheduler gives the other thread
   * @param transaction tells whether the caller has a transaction
   * @param loader the adapter's
   * @param atMost how long a caller waits for the other thread
   */
  public DetachedCalls(
      TaskScheduler scheduler,
      TransactionContext transaction,
      ClassLoader loader,
      Duration atMost) {
    this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
    this.transaction = Objects.requireNonNull(transaction, "transaction");
    this.loader = Objects.requireNonNull(loader, "loader");
    this.atMost = Objects.requireNonNull(atMost, "atMost");
  }

  /**
   * Runs a call.
   *
   * @param call what to run
   * @return its result
   * @throws QueueException what the call threw, wrapped as {@code INTERNAL} if it is another
   *     exception; {@code UNAVAILABLE} if no thread ran it in time, and then it may still run
   */
  @Override
  public Object apply(Callable<Object> call) {
    if (transaction.status() == TransactionContext.Status.NONE) {
      try {
        return AdapterLoader.call(loader, call::call);
      } catch (Exception e) {
        throw asQueueException(e);
      }
    }
    CompletableFuture<Object> result = new CompletableFuture<>();
    boolean taken = scheduler.execute("detached call", () -> complete(result, call));
    if (!taken) {
      throw new QueueException(
          Kind.UNAVAILABLE,
          "Waybill is stopping and takes no more calls. Nothing was done. Make the call again once it"
              + " is started.");
    }
    return await(result);
  }

  private static void complete(CompletableFuture<Object> result, Callable<Object> call) {
    if (result.isDone()) {
      return;
    }
    try {
      result.complete(call.call());
    } catch (Throwable e) {
      result.completeExceptionally(e);
    }
  }

  private Object await(CompletableFuture<Object> result) {
    try {
      return result.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw asQueueException(e.getCause());
    } catch (TimeoutException e) {
      result.cancel(false);
      throw new QueueException(
          Kind.UNAVAILABLE,
          "No thread of the server's WorkManager was free for "
              + atMost.toSeconds()
              + " s. Make the call again later; enlarge its thread pool, or lower maxConcurrency.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      result.cancel(false);
      throw new QueueException(
          Kind.UNAVAILABLE,
          "The thread was interrupted while it waited for a call of the queue's store, which another"
              + " thread makes beside the transaction and may have made. Make the call again if the"
              + " thread is to go on.",
          e);
    }
  }

  private static RuntimeException asQueueException(Throwable error) {
    if (error instanceof RuntimeException known) {
      return known;
    }
    return new QueueException(Kind.INTERNAL, "A call of the store failed: " + error, error);
  }
}
