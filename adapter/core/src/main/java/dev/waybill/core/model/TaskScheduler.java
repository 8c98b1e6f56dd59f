package dev.waybill.core.model;

import java.time.Duration;

/**
 * Runs the queue's own work. In a container it is the WorkManager and the Timer, never a thread of
 * our own; tests run it step by step. Tasks run without a transaction and with the adapter's class
 * loader as context class loader.
 */
public interface TaskScheduler {

  /**
   * Runs a task soon, on another thread.
   *
   * @param name what it does, for logs
   * @param task what to run; what it throws is logged
   * @return false if the scheduler is stopping or full and will not run it
   */
  boolean execute(String name, Runnable task);

  /**
   * Runs a task once after a delay. A scheduler that is full then keeps the task and runs it as
   * soon as it can; only one that is stopping drops it.
   *
   * @param name what it does, for logs
   * @param delay how long to wait, at least
   * @param task what to run; what it throws is logged
   * @return a handle that takes it back if it has not begun
   */
  Cancellable after(Duration delay, String name, Runnable task);

  /** A task that has not begun can be taken back. */
  @FunctionalInterface
  interface Cancellable {

    /** Takes it back; does nothing if it has begun. */
    void cancel();
  }
}
