package dev.waybill.core.delivery;

import dev.waybill.core.model.Backoff;
import dev.waybill.core.model.TaskScheduler;
import java.time.Duration;
import java.time.Instant;

/**
 * What wakes an activation without a signal: a timer for the next scheduled delivery, and a poll as
 * the safety net. The poll is frequent after a message was found and slows down to the configured
 * interval while nothing comes. Thread-safe.
 */
final class IdleTimers {

  private static final Duration SHORTEST_POLL = Duration.ofMillis(100);
  private static final Duration OVERDUE_PAUSE = Duration.ofMillis(50);

  private final ActivationContext context;
  private final Runnable wake;
  private final Backoff poll;
  private final Backoff overdue;
  private TaskScheduler.Cancellable polling;
  private TaskScheduler.Cancellable due;
  private Instant dueAt;
  private long askedAt = -1;
  private boolean closed;

  IdleTimers(ActivationContext context, Runnable wake) {
    this.context = context;
    this.wake = wake;
    Duration longest = context.settings().pollInterval();
    Duration eighth = longest.dividedBy(8);
    Duration brisk = eighth.compareTo(SHORTEST_POLL) < 0 ? SHORTEST_POLL : eighth;
    this.poll = new Backoff(brisk.compareTo(longest) > 0 ? longest : brisk, longest);
    this.overdue = new Backoff(OVERDUE_PAUSE, longest);
  }

  /** Begins to poll. */
  synchronized void start() {
    if (!closed) {
      polling = context.scheduler().after(poll.next(), "Poll for " + context.bean(), this::poll);
    }
  }

  private void poll() {
    start();
    wake.run();
  }

  /** A message was found. */
  void found() {
    poll.reset();
    overdue.reset();
  }

  /**
   * A worker found nothing: finds out when the next scheduled delivery is due, once a signal.
   *
   * @param signals how many signals there had been when the worker looked
   */
  void idle(long signals) {
    synchronized (this) {
      if (askedAt == signals || closed) {
        return;
      }
      askedAt = signals;
    }
    ActivationSettings settings = context.settings();
    context.leases().nextDue(settings.queues(), settings.group()).ifPresent(this::dueAt);
  }

  /** A delivery becomes due at this time. */
  void dueAt(Instant at) {
    Instant now = context.clock().now();
    synchronized (this) {
      if (closed || (dueAt != null && !at.isBefore(dueAt))) {
        return;
      }
      if (due != null) {
        due.cancel();
      }
      // Due and yet not claimed means that someone else holds it for the moment.
      Duration delay = at.isAfter(now) ? Duration.between(now, at).plusMillis(1) : overdue.next();
      dueAt = at;
      due = context.scheduler().after(delay, "Next due of " + context.bean(), this::due);
    }
  }

  private void due() {
    synchronized (this) {
      due = null;
      dueAt = null;
    }
    wake.run();
  }

  /** Wakes nobody any more. */
  synchronized void close() {
    closed = true;
    if (polling != null) {
      polling.cancel();
    }
    if (due != null) {
      due.cancel();
    }
  }
}
