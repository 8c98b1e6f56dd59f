package dev.waybill.core.delivery;

import dev.waybill.api.ReceiveRequest;
import dev.waybill.core.branch.CurrentBranch;
import dev.waybill.core.branch.LocalBranch;
import dev.waybill.core.branch.TransactionContext;
import dev.waybill.core.branch.XaBranch;
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
import java.util.function.Supplier;

/** An application that receives from a {@link Queued} queue, in a transaction or without one. */
final class Puller {

  static final Duration LONG = Duration.ofSeconds(60);

  /** The transaction of the application's threads. */
  static final class Transaction implements TransactionContext {

    /** The one that is active; null: none. */
    Object key;

    @Override
    public Status status() {
      return key == null ? Status.NONE : Status.ACTIVE;
    }

    @Override
    public Object key() {
      return key;
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
    public void afterCompletion(Consumer<Boolean> callback) {}
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
    return of(
        queued,
        scheduler,
        detached,
        new Transaction(),
        () -> {
          throw new AssertionError("There is no transaction to be enlisted in");
        });
  }

  /**
   * A receiver of an open engine.
   *
   * @param transaction of its callers
   * @param enlist gives the branch of such a transaction
   */
  static PullReceiver of(
      Queued queued,
      TaskScheduler scheduler,
      Function<Callable<Object>, Object> detached,
      Transaction transaction,
      Supplier<XaBranch> enlist) {
    return new PullReceiver(
        queued.engine.pulling(),
        new BodyCodec(JavaBodies.OFF),
        Limits.DEFAULT,
        new CurrentBranch(
            transaction,
            new LocalBranch(queued.memory, queued.engine),
            Optional.empty(),
            new XaBranches(() -> queued.memory, transaction, queued.engine, scheduler)),
        transaction,
        detached,
        enlist);
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
