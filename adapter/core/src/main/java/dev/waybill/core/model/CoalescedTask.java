package dev.waybill.core.model;

import java.util.Objects;
import java.util.function.Consumer;

/**
 * Work that is asked for often and done by one task at a time: whoever asks while it runs makes it
 * go round once more. However it ends, the next request begins it again. Thread-safe.
 */
public final class CoalescedTask {

  private final String name;
  private final TaskScheduler scheduler;
  private final Runnable round;
  private final Runnable rested;
  private final Consumer<RuntimeException> failed;
  private boolean running;
  private boolean again;
  private boolean stopped;

  /**
   * Nothing is asked for yet.
   *
   * @param name what it does, for logs
   * @param scheduler runs it
   * @param round does once what there is to do
   * @param rested called after the last round, on the same thread
   * @param failed told instead what a round threw; requests made meanwhile are forgotten
   */
  public CoalescedTask(
      String name,
      TaskScheduler scheduler,
      Runnable round,
      Runnable rested,
      Consumer<RuntimeException> failed) {
    this.name = Objects.requireNonNull(name, "name");
    this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
    this.round = Objects.requireNonNull(round, "round");
    this.rested = Objects.requireNonNull(rested, "rested");
    this.failed = Objects.requireNonNull(failed, "failed");
  }

  /**
   * There is something to do. Quick; called on any thread, within a round too.
   *
   * @return false if the scheduler will not run it, and the request is forgotten
   */
  public boolean soon() {
    synchronized (this) {
      if (stopped) {
        return true;
      }
      again = true;
      if (running) {
        return true;
      }
      running = true;
    }
    if (scheduler.execute(name, this::run)) {
      return true;
    }
    end();
    return false;
  }

  private void run() {
    try {
      while (wanted()) {
        round.run();
      }
    } catch (RuntimeException e) {
      end();
      failed.accept(e);
      return;
    } catch (Error e) {
      end();
      throw e;
    }
    rested.run();
  }

  private synchronized boolean wanted() {
    running = again && !stopped;
    again = false;
    return running;
  }

  private synchronized void end() {
    running = false;
    again = false;
  }

  /** Begins no more rounds. */
  public synchronized void stop() {
    stopped = true;
  }
}
