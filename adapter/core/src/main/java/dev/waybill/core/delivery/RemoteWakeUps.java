package dev.waybill.core.delivery;

import dev.waybill.core.model.Loops;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.store.Notifications;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Passes signals on to other nodes, and theirs to this one. Sending is off the threads of senders,
 * and at most once in a short while however many signals there are. Thread-safe.
 */
final class RemoteWakeUps {

  private static final Duration BETWEEN_SENDS = Duration.ofMillis(5);
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final int LONGEST_SKIP = 30;
  private static final String SENDING = "Telling other nodes of messages";
  private static final String LISTENING = "Listening for messages of other nodes";

  private final Notifications notifications;
  private final WakeUps wakeUps;
  private final TaskScheduler scheduler;
  private final DeliveryLog log;
  private final Set<QueueName> waiting = new HashSet<>();
  private boolean sending;
  private volatile TaskScheduler.Cancellable loop = () -> {};
  private volatile boolean stopped;
  // Of the listening loop alone.
  private int skip;
  private int skipNext = 1;
  private boolean lost;

  RemoteWakeUps(
      Notifications notifications, WakeUps wakeUps, TaskScheduler scheduler, DeliveryLog log) {
    this.notifications = notifications;
    this.wakeUps = wakeUps;
    this.scheduler = scheduler;
    this.log = log;
  }

  void start(Loops loops) {
    wakeUps.passOn(this::signalled);
    loop = loops.begin(LISTENING, TICK, this::listen);
  }

  void stop() {
    stopped = true;
    loop.cancel();
    notifications.close();
  }

  private void signalled(Set<QueueName> queues) {
    if (queues.isEmpty() || !notifications.wanted()) {
      return;
    }
    synchronized (this) {
      waiting.addAll(queues);
      if (sending || stopped) {
        return;
      }
      sending = true;
    }
    if (!scheduler.execute(SENDING, this::send)) {
      scheduler.after(BETWEEN_SENDS, SENDING, this::send);
    }
  }

  private void send() {
    Set<QueueName> queues;
    synchronized (this) {
      queues = Set.copyOf(waiting);
      waiting.clear();
      if (queues.isEmpty() || stopped) {
        sending = false;
        return;
      }
    }
    try {
      notifications.send(queues);
      log.succeeded(SENDING);
    } catch (RuntimeException e) {
      // They will find the messages by their polls.
      log.failed(SENDING, e);
    }
    // What comes meanwhile goes together, in one.
    scheduler.after(BETWEEN_SENDS, SENDING, this::send);
  }

  private boolean listen() {
    if (skip > 0) {
      skip--;
      return false;
    }
    if (stopped) {
      return false;
    }
    try {
      Set<QueueName> heard = notifications.await(lost ? Duration.ZERO : WAIT);
      if (lost) {
        // Nobody knows what was said meanwhile.
        lost = false;
        skipNext = 1;
        log.succeeded(LISTENING);
        wakeUps.wakeAll();
      }
      wakeUps.wake(heard);
      return !stopped;
    } catch (RuntimeException e) {
      if (!stopped) {
        log.failed(LISTENING, e);
      }
      lost = true;
      skip = skipNext - 1;
      skipNext = Math.min(LONGEST_SKIP, skipNext * 2);
      return false;
    }
  }
}
