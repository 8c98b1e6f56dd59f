package dev.waybill.ra.work;

import dev.waybill.core.model.Loops;
import dev.waybill.core.model.TaskScheduler.Cancellable;
import dev.waybill.ra.RaLog;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Loops on Timers of the container, one each (Jakarta Connectors 2.1, chapter 5.3): a Work would
 * wait for a thread of a pool that applications may have filled, and the Timer of the {@link
 * WorkScheduler} must not be held up. Every step runs with the adapter's class loader as context
 * class loader and without a transaction.
 */
public final class TimerLoops implements Loops {

  private final BootstrapContext context;
  private final ClassLoader loader;
  private final List<Loop> loops = new CopyOnWriteArrayList<>();
  private final RunningWorks running = new RunningWorks();

  /**
   * The loops of one adapter.
   *
   * @param context the container's services
   * @param loader the adapter's
   */
  public TimerLoops(BootstrapContext context, ClassLoader loader) {
    this.context = Objects.requireNonNull(context, "context");
    this.loader = Objects.requireNonNull(loader, "loader");
  }

  @Override
  public Cancellable begin(String name, Duration pause, BooleanSupplier step) {
    Timer timer;
    try {
      timer = context.createTimer();
    } catch (UnavailableException e) {
      throw new IllegalStateException("The server gives no Timer for \"" + name + "\"", e);
    }
    Loop loop = new Loop(name, pause, step, timer);
    loops.add(loop);
    timer.schedule(loop, 0, pause.toMillis());
    return loop::end;
  }

  /**
   * Waits between its steps itself: a Timer goes by the server's clock, and one that is set back by
   * an hour would hold the next step back for that hour.
   */
  private final class Loop extends TimerTask {

    private final String name;
    private final long pauseNanos;
    private final BooleanSupplier step;
    private final Timer timer;
    private final CountDownLatch ended = new CountDownLatch(1);

    Loop(String name, Duration pause, BooleanSupplier step, Timer timer) {
      this.name = name;
      this.pauseNanos = pause.toNanos();
      this.step = step;
      this.timer = timer;
    }

    @Override
    public void run() {
      try {
        long begun;
        do {
          begun = System.nanoTime();
          round();
        } while (!ended.await(begun + pauseNanos - System.nanoTime(), TimeUnit.NANOSECONDS));
      } catch (InterruptedException e) {
        // The server ends its threads: the Timer may begin again if it goes on.
        Thread.currentThread().interrupt();
      }
    }

    private void round() {
      boolean again = true;
      while (again && ended.getCount() > 0 && running.begin()) {
        try {
          again = AdapterLoader.<Boolean, RuntimeException>call(loader, step::getAsBoolean);
        } catch (Throwable e) {
          again = false;
          RaLog.taskFailed(name, e);
        } finally {
          running.end();
        }
      }
    }

    void end() {
      ended.countDown();
      timer.cancel();
    }
  }

  /**
   * Ends all loops, and waits for steps that run.
   *
   * @param atMost how long to wait
   */
  public void stop(Duration atMost) {
    loops.forEach(Loop::end);
    int left = running.stop(atMost);
    if (left > 0) {
      RaLog.worksLeft(left);
    }
  }
}
