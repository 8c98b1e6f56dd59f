package dev.waybill.core.delivery;

import dev.waybill.api.ReceiveRequest;
import dev.waybill.core.branch.CurrentBranch;
import dev.waybill.core.branch.LocalBranch;
import dev.waybill.core.branch.TransactionContext;
import dev.waybill.core.branch.XaBranches;
import dev.waybill.core.model.BodyCodec;
import dev.waybill.core.model.JavaBodies;
import dev.waybill.core.model.Limits;
import dev.waybill.core.model.TaskScheduler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;

/** An application without transactions that receives from a {@link Queued} queue. */
final class Puller {

  static final Duration LONG = Duration.ofSeconds(60);

  /** The threads of the application have none. */
  private static final class NoTransaction implements TransactionContext {
    @Override
    public Status status() {
      return Status.NONE;
    }

    @Override
    public Object key() {
      return null;
    }

    @Override
    public void setRollbackOnly() {
      throw new IllegalStateException();
    }

    @Override
    public boolean rollBack() {
      throw new IllegalStateException();
    }

    @Override
    public void afterCompletion(Consumer<Boolean> callback) {
      throw new IllegalStateException();
    }
  }

  private Puller() {}

  /** A receiver of an open engine. */
  static PullReceiver of(Queued queued, TaskScheduler scheduler) {
    return of(queued, scheduler, Puller::call);
  }

  /**
   * A receiver of an open engine.
   *
   * @param detached runs what must not be part of the caller's transaction
   */
  static PullReceiver of(
      Queued queued, TaskScheduler scheduler, Function<Callable<Object>, Object> detached) {
    TransactionContext none = new NoTransaction();
    return new PullReceiver(
        queued.engine.pulling(),
        new BodyCodec(JavaBodies.OFF),
        Limits.DEFAULT,
        new CurrentBranch(
            none,
            new LocalBranch(queued.memory, queued.engine),
            Optional.empty(),
            new XaBranches(() -> queued.memory, none, queued.engine, scheduler)),
        none,
        detached,
        () -> {
          throw new AssertionError("There is no transaction to be enlisted in");
        });
  }

  static Object call(Callable<Object> call) {
    try {
      return call.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A request for so many messages, with a long wait. */
  static ReceiveRequest patient(int size) {
    return ReceiveRequest.from(Queued.ORDERS.toString()).batchSize(size).batchWait(LONG).build();
  }
}
