package dev.waybill.ra.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.model.TaskScheduler.Cancellable;
import jakarta.resource.spi.BootstrapContext;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TimerLoopsTest {

  /** What java.util.Timer does once the clock was set back: nothing until it shows the old time. */
  private static final class StandingTimer extends Timer {

    StandingTimer() {
      super(true);
    }

    @Override
    public void schedule(TimerTask task, long delay, long period) {
      super.schedule(task, delay, Duration.ofHours(1).toMillis());
    }
  }

  private final StandingTimer timer = new StandingTimer();
  private final TimerLoops loops =
      new TimerLoops(
          (BootstrapContext)
              Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {BootstrapContext.class},
                  (proxy, method, arguments) -> timer),
          getClass().getClassLoader());

  @AfterEach
  void close() {
    loops.stop(Duration.ofSeconds(10));
  }

  @Test
  @Tag("C1")
  void aClockOnTheWallThatIsSetBackSilencesNoNode() throws Exception {
    CountDownLatch steps = new CountDownLatch(3);
    loops.begin(
        "beat",
        Duration.ofMillis(5),
        () -> {
          steps.countDown();
          return false;
        });
    assertThat(steps.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aStepThatFailsIsNotTheLast() throws Exception {
    CountDownLatch steps = new CountDownLatch(2);
    loops.begin(
        "beat",
        Duration.ofMillis(5),
        () -> {
          steps.countDown();
          throw new IllegalStateException("no database");
        });
    assertThat(steps.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aLoopThatEndsInItsPauseGivesItsThreadBack() throws Exception {
    CompletableFuture<Thread> stepped = new CompletableFuture<>();
    Cancellable loop =
        loops.begin(
            "beat",
            Duration.ofHours(1),
            () -> {
              stepped.complete(Thread.currentThread());
              return false;
            });
    Thread thread = stepped.get(60, TimeUnit.SECONDS);
    loop.cancel();
    thread.join(60_000);
    assertThat(thread.isAlive()).isFalse();
  }
}
