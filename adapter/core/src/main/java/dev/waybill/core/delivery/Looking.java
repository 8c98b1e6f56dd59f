package dev.waybill.core.delivery;

import dev.waybill.core.model.TaskScheduler;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Looks for something while somebody waits for it, however many do: one look at a time, soon after
 * a signal, and in pauses that grow while nothing is found. Thread-safe.
 */
final class Looking {

  private final String name;
  private final TaskScheduler scheduler;
  private final DeliveryLog log;
  private final BooleanSupplier wanted;
  private final Look look;
  private final Pause pause;
  private boolean running;
  private boolean again;
  private boolean pauseOver;
  private boolean stopped;

  /**
   * Looks for nothing yet.
   *
   * @param shortest the shortest pause
   * @param longest the longest
   * @param wanted whether somebody waits; must be quick
   * @param look looks once
   */
  Looking(
      String name,
      TaskScheduler scheduler,
      DeliveryLog log,
      Duration shortest,
      Duration longest,
      BooleanSupplier wanted,
      Look look) {
    this.name = name;
    this.scheduler = scheduler;
    this.log = log;
    this.wanted = wanted;
    this.look = look;
    this.pause = new Pause(name, scheduler, shortest, longest, this::inTurn);
  }

  /** One look. */
  @FunctionalInterface
  interface Look {

    /**
     * Looks.
     *
     * @param inTurn whether a pause is over: else a signal is all there is
     * @return whether something was found that no signal had told of: the next pause is short
     */
    boolean look(boolean inTurn);
  }

  /** Somebody waits: a look comes after a pause. Quick. */
  void later() {
    pause.begin();
  }

  /** There is something to find. Quick; called on any thread. */
  void soon() {
    synchronized (this) {
      again = true;
      if (running || stopped) {
        return;
      }
      running = true;
    }
    if (!scheduler.execute(name, this::run)) {
      end();
      later();
    }
  }

  private void inTurn() {
    synchronized (this) {
      pauseOver = true;
    }
    soon();
  }

  private synchronized boolean takeTurn() {
    boolean inTurn = pauseOver;
    pauseOver = false;
    return inTurn;
  }

  private void run() {
    try {
      while (next()) {
        if (look.look(takeTurn())) {
          pause.reset();
        }
      }
      log.succeeded(name);
    } catch (RuntimeException e) {
      end();
      log.failed(name, e);
    }
    if (wanted.getAsBoolean()) {
      later();
    }
  }

  private synchronized boolean next() {
    running = again && !stopped;
    again = false;
    return running;
  }

  private synchronized void end() {
    running = false;
    again = false;
  }

  /** Begins no more looks. */
  synchronized void stop() {
    stopped = true;
    pause.close();
  }
}
