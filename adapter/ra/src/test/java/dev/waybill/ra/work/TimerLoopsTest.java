package dev.waybill.ra.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.core.model.TaskScheduler.Cancellable;
import jakarta.resource.spi.BootstrapContext;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TimerLoopsTest {

  /** A Timer on a server whose clock was set back: it runs a task once, and then no more. */
  private static final class StandingTimer extends Timer {

    StandingTimer() {
      super(true);
    }

    @Override
    public void schedule(TimerTask task, long delay, long period) {
      super.schedule(task, delay);
    }
  }

  private final List<Timer> timers = new ArrayList<>();
  private final BootstrapContext context =
      (BootstrapContext)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {BootstrapContext.class},
              (proxy, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("createTimer");
                timers.add(new StandingTimer());
                return timers.get(timers.size() - 1);
              });
  private final TimerLoops loops = new TimerLoops(context, getClass().getClassLoader());
  private final AtomicInteger steps = new AtomicInteger();

  @AfterEach
  void stop() {
    loops.stop(Duration.ofSeconds(10));
    timers.forEach(Timer::cancel);
  }

  @Test
  @Tag("C1")
  void goesOnAlthoughTheClockOfTheServerWasSetBack() {
    loops.begin(
        "beat",
        Duration.ofMillis(5),
        () -> {
          steps.incrementAndGet();
          return false;
        });

    await().until(() -> steps.get() >= 3);
  }

  @Test
  void goesOnAfterAStepThatFails() {
    loops.begin(
        "beat",
        Duration.ofMillis(5),
        () -> {
          if (steps.incrementAndGet() == 1) {
            throw new IllegalStateException("once");
          }
          return false;
        });

    await().until(() -> steps.get() >= 3);
  }

  @Test
  void anEndedLoopTakesNoFurtherStep() {
    Cancellable[] loop = new Cancellable[1];
    AtomicInteger others = new AtomicInteger();
    synchronized (loop) {
      loop[0] =
          loops.begin(
              "beat",
              Duration.ofMillis(5),
              () -> {
                synchronized (loop) {
                  steps.incrementAndGet();
                  loop[0].cancel();
                  return true;
                }
              });
    }
    loops.begin(
        "other",
        Duration.ofMillis(5),
        () -> {
          others.incrementAndGet();
          return false;
        });

    await().until(() -> others.get() >= 20);
    assertThat(steps).hasValue(1);
  }
}
