package dev.waybill.ra.lifecycle;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.store.QueueStore;
import dev.waybill.ra.RaLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Opens the store, keeps trying in the background while it cannot be opened, and closes it. Safe
 * for any number of threads.
 */
public final class StoreLifecycle implements Supplier<QueueStore>, AutoCloseable {

  private enum State {
    OPENING,
    OPEN,
    CLOSED
  }

  private final StoreOpener opener;
  private final TaskScheduler scheduler;
  private final RetryPause pause = new RetryPause();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Consumer<OpenStore>> waiting = new ArrayList<>();
  private State state = State.OPENING;
  private OpenStore open;
  private boolean tried;
  private String reason = "it is being opened.";

  /**
   * The store of one adapter, not opened yet.
   *
   * @param opener opens it
   * @param scheduler runs the attempts
   */
  public StoreLifecycle(StoreOpener opener, TaskScheduler scheduler) {
    this.opener = Objects.requireNonNull(opener, "opener");
    this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
  }

  /**
   * Begins to open the store, and waits a little for it.
   *
   * @param atMost how long to wait; the attempts go on afterwards
   */
  public void start(Duration atMost) {
    scheduler.execute("open the store", this::attempt);
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (state == State.OPENING && !tried && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The open store.
   *
   * @throws QueueException {@code UNAVAILABLE} with the last reason while it is not open
   */
  @Override
  public QueueStore get() {
    return opened().store();
  }

  /**
   * The open store and its path.
   *
   * @throws QueueException {@code UNAVAILABLE} with the last reason while it is not open
   */
  public OpenStore opened() {
    lock.lock();
    try {
      if (state == State.OPEN) {
        return open;
      }
      throw new QueueException(
          Kind.UNAVAILABLE,
          "The queue's store is not open: "
              + reason
              + " Nothing was done. Make the call again once it is open"
              + (state == State.OPENING ? "; Waybill keeps trying to open it." : "."));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Calls back once the store is open: at once on this thread if it is, else later on a Work.
   *
   * @param callback what it throws is logged
   */
  public void whenOpen(Consumer<OpenStore> callback) {
    OpenStore opened;
    lock.lock();
    try {
      if (state == State.OPENING) {
        waiting.add(callback);
      }
      opened = open;
    } finally {
      lock.unlock();
    }
    if (opened != null) {
      tell(callback, opened);
    }
  }

  /**
   * Waits until the store is open.
   *
   * @param atMost how long to wait
   * @return whether it is open
   */
  public boolean awaitOpen(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (state == State.OPENING && left > 0) {
        left = changed.awaitNanos(left);
      }
      return state == State.OPEN;
    } finally {
      lock.unlock();
    }
  }

  /** Why the store is not open, for people. */
  public String reason() {
    lock.lock();
    try {
      return reason;
    } finally {
      lock.unlock();
    }
  }

  private void attempt() {
    if (isClosed()) {
      return;
    }
    try {
      publish(opener.open());
    } catch (StoreNotOpenException e) {
      tryAgain(e);
    } catch (RuntimeException e) {
      tryAgain(StoreNotOpenException.failed("The store cannot be opened: " + e + ".", e));
    }
  }

  private void publish(OpenStore opened) {
    List<Consumer<OpenStore>> callbacks;
    lock.lock();
    try {
      if (state == State.CLOSED) {
        callbacks = null;
      } else {
        open = opened;
        state = State.OPEN;
        callbacks = List.copyOf(waiting);
        waiting.clear();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (callbacks == null) {
      opened.store().close();
    } else {
      callbacks.forEach(callback -> tell(callback, opened));
    }
  }

  private static void tell(Consumer<OpenStore> callback, OpenStore opened) {
    try {
      callback.accept(opened);
    } catch (RuntimeException e) {
      RaLog.taskFailed("use the open store", e);
    }
  }

  private void tryAgain(StoreNotOpenException failure) {
    Duration wait;
    boolean say;
    lock.lock();
    try {
      reason = failure.getMessage();
      say = failure.isWorthALine() && pause.failed(reason);
      wait = failure.retryAfter().orElseGet(pause::next);
      tried = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (say) {
      failure
          .awaited()
          .ifPresentOrElse(
              RaLog::waitingForDataSource,
              () -> RaLog.storeUnreachable(failure.getMessage(), pause.longest()));
    }
    scheduler.after(wait, "open the store", this::attempt);
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return state == State.CLOSED;
    } finally {
      lock.unlock();
    }
  }

  /** Closes the store, or gives up opening it. */
  @Override
  public void close() {
    OpenStore closing;
    lock.lock();
    try {
      closing = open;
      open = null;
      state = State.CLOSED;
      reason = "the adapter is stopped.";
      waiting.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (closing != null) {
      try {
        closing.store().close();
      } catch (RuntimeException e) {
        RaLog.closeFailed("the store", e);
      }
    }
  }
}
