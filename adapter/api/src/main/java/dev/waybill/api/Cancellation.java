package dev.waybill.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Ends waiting receives from another thread. One cancellation may be given to any number of calls;
 * it is used up once it is cancelled. Thread-safe.
 */
public final class Cancellation {

  private final List<Runnable> actions = new ArrayList<>();
  private boolean cancelled;

  /** Not cancelled yet. */
  public Cancellation() {}

  /** Ends the calls that wait with it, and those that come later. May be repeated. */
  public void cancel() {
    List<Runnable> due;
    synchronized (this) {
      cancelled = true;
      due = List.copyOf(actions);
      actions.clear();
    }
    due.forEach(Runnable::run);
  }

  /** Whether it is cancelled. */
  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /**
   * Runs an action when it is cancelled, on the thread that cancels; at once if it is already.
   *
   * @param action quick, and does not throw
   * @return takes the action back; harmless when repeated or late
   */
  public Runnable onCancel(Runnable action) {
    Objects.requireNonNull(action, "action");
    // Its own identity: the same action may be given twice.
    Runnable own = action::run;
    synchronized (this) {
      if (!cancelled) {
        actions.add(own);
        return () -> remove(own);
      }
    }
    action.run();
    return () -> {};
  }

  private synchronized void remove(Runnable action) {
    actions.remove(action);
  }
}
