package dev.waybill.core.delivery;

import dev.waybill.core.model.Loops;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.store.News;
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
  private final Runnable answered;
  private final Set<QueueName> waiting = new HashSet<>();
  private final Set<String> waitingAnswered = new HashSet<>();
  private boolean sending;
  private volatile TaskScheduler.Cancellable loop = () -> {};
  private volatile boolean stopped;
  // Of the listening loop alone.
  private int skip;
  private int skipNext = 1;
  private boolean lost;

  /**
   * Passes nothing on yet.
   *
   * @param answered called when another node has left answers for this one; must be quick
   */
  RemoteWakeUps(
      Notifications notifications,
      WakeUps wakeUps,
      TaskScheduler scheduler,
      DeliveryLog log,
      Runnable answered) {
    this.notifications = notifications;
    this.wakeUps = wakeUps;
    this.scheduler = scheduler;
    this.log = log;
    this.answered = answered;
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
    signalled(new News(queues, Set.of()));
  }

  /** Answers were left for a start of another node. */
  void answered(String incarnation) {
    signalled(new News(Set.of(), Set.of(incarnation)));
  }

  private void signalled(News news) {
    if (news.isEmpty() || !notifications.wanted()) {
      return;
    }
    synchronized (this) {
      waiting.addAll(news.queues());
      waitingAnswered.addAll(news.answered());
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
    News news;
    synchronized (this) {
      news = new News(waiting, waitingAnswered);
      waiting.clear();
      waitingAnswered.clear();
      if (news.isEmpty() || stopped) {
        sending = false;
        return;
      }
    }
    try {
      notifications.send(news);
      log.succeeded(SENDING);
    } catch (RuntimeException e) {
      // They will find the messages by their polls.
      log.failed(SENDING, e);
    } finally {
      // Also after an Error. What comes meanwhile goes together, in one.
      scheduler.after(BETWEEN_SENDS, SENDING, this::send);
    }
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
      News heard = notifications.await(lost ? Duration.ZERO : WAIT);
      if (lost) {
        // Nobody knows what was said meanwhile.
        lost = false;
        skipNext = 1;
        log.succeeded(LISTENING);
        wakeUps.wakeAll();
      }
      wakeUps.wake(heard.queues());
      if (!heard.answered().isEmpty()) {
        answered.run();
      }
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
