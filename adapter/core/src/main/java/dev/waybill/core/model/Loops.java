package dev.waybill.core.model;

import dev.waybill.core.model.TaskScheduler.Cancellable;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Repeats steps, each loop on a thread that nothing else uses: what runs here is held up by no
 * application, however full the {@link TaskScheduler} is. In a container each loop is a Timer; for
 * a few loops that must not wait, and for nothing else.
 */
@FunctionalInterface
public interface Loops {

  /**
   * Begins a loop.
   *
   * @param name what it does, for logs
   * @param pause how long after the begin of a step the next one begins, at least
   * @param step runs without a transaction; returns true to run again without a pause; what it
   *     throws is logged, and the loop goes on
   * @return ends the loop, after the step that runs, without waiting for it
   */
  Cancellable begin(String name, Duration pause, BooleanSupplier step);
}
