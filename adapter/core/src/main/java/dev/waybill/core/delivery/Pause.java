package dev.waybill.core.delivery;

import dev.waybill.core.model.Backoff;
import dev.waybill.core.model.TaskScheduler;
import java.time.Duration;

/** A time in which something is not tried, which grows while it keeps failing. Thread-safe. */
final class Pause {

  private final String name;
  private final TaskScheduler scheduler;
  private final Backoff backoff;
  private final Runnable afterwards;
  private TaskScheduler.Cancellable armed;
  private boolean closed;

  Pause(
      String name,
      TaskScheduler scheduler,
      Duration shortest,
      Duration longest,
      Runnable afterwards) {
    this.name = name;
    this.scheduler = scheduler;
    this.backoff = new Backoff(shortest, longest);
    this.afterwards = afterwards;
  }

  /** Begins a pause, unless one is going on. */
  synchronized void begin() {
    if (armed == null && !closed) {
      armed = scheduler.after(backoff.next(), name, this::over);
    }
  }

  private void over() {
    synchronized (this) {
      if (armed == null || closed) {
        return;
      }
      armed = null;
    }
    afterwards.run();
  }

  /** Whether a pause is going on. */
  synchronized boolean active() {
    return armed != null;
  }

  /** Something succeeded: the next pause is short again. */
  void reset() {
    backoff.reset();
  }

  /** Ends a pause and begins no other. */
  synchronized void close() {
    closed = true;
    if (armed != null) {
      armed.cancel();
      armed = null;
    }
  }
}
