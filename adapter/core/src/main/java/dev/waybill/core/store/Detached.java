package dev.waybill.core.store;

import dev.waybill.api.QueueException;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Runs work outside the caller's transaction (rule C7): on the same thread where our own
 * connections are never enlisted, else on a thread without a transaction.
 */
final class Detached {

  private final Function<Callable<Object>, Object> executor;

  private Detached(Function<Callable<Object>, Object> executor) {
    this.executor = executor;
  }

  /** For connections that are never enlisted. */
  static Detached here() {
    return new Detached(null);
  }

  /** On another thread. */
  static Detached on(Function<Callable<Object>, Object> executor) {
    return new Detached(executor);
  }

  /** Runs work and returns its result, or throws what it threw. */
  @SuppressWarnings("unchecked")
  <T> T call(Supplier<T> work) {
    if (executor == null) {
      return work.get();
    }
    Result result = (Result) executor.apply(() -> Result.of(work));
    if (result.error() != null) {
      throw result.error();
    }
    return (T) result.value();
  }

  /** Carries errors between threads as they are, whatever the executor makes of exceptions. */
  private record Result(Object value, QueueException error) {

    static Result of(Supplier<?> work) {
      try {
        return new Result(work.get(), null);
      } catch (QueueException e) {
        return new Result(null, e);
      }
    }
  }
}
