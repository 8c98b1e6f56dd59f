package dev.waybill.core.delivery;

import dev.waybill.core.model.CoalescedTask;
import dev.waybill.core.model.TaskScheduler;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Looks for something while somebody waits for it, however many do: one look at a time, soon after
 * a signal, and in pauses that grow while nothing is found. Thread-safe.
 */
final class Looking {

  private final BooleanSupplier wanted;
  private final Look look;
  private final CoalescedTask task;
  private final Pause pause;
  private boolean pauseOver;

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
    this.wanted = wanted;
    this.look = look;
    this.task =
        new CoalescedTask(
            name,
            scheduler,
            this::round,
            () -> {
              log.succeeded(name);
              laterIfWanted();
            },
            error -> {
              log.failed(name, error);
              laterIfWanted();
            });
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
    if (!task.soon()) {
      later();
    }
  }

  private void round() {
    if (look.look(takeTurn())) {
      pause.reset();
    }
  }

  private void laterIfWanted() {
    if (wanted.getAsBoolean()) {
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

  /** Begins no more looks. */
  void stop() {
    task.stop();
    pause.close();
  }
}
