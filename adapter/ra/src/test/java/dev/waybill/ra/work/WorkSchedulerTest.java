package dev.waybill.ra.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.core.model.TaskScheduler.Cancellable;
import dev.waybill.ra.LogLines;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class WorkSchedulerTest {

  private static final ClassLoader ADAPTER = new ClassLoader("adapter", null) {};

  private final PoolWorkManager works = new PoolWorkManager();
  private final Timer timer = new Timer(true);
  private final WorkScheduler scheduler = new WorkScheduler(works, timer, ADAPTER);

  @AfterEach
  void close() {
    scheduler.stop(Duration.ZERO);
    works.close();
  }

  @Test
  void aTaskRunsOnAWorkWithTheAdaptersLoaderAndGivesTheOldOneBack() throws Exception {
    CompletableFuture<ClassLoader> during = new CompletableFuture<>();
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    scheduler.execute(
        "look",
        () -> {
          during.complete(Thread.currentThread().getContextClassLoader());
          thread.complete(Thread.currentThread());
        });
    assertThat(during.get(60, TimeUnit.SECONDS)).isSameAs(ADAPTER);
    Thread worker = thread.get(60, TimeUnit.SECONDS);
    assertThat(worker).isNotSameAs(Thread.currentThread());
    await().until(() -> worker.getContextClassLoader() == PoolWorkManager.CONTAINER);
  }

  @Test
  void whatATaskThrowsIsLoggedWithItsName() {
    try (LogLines log = new LogLines()) {
      scheduler.execute(
          "count sheep",
          () -> {
            throw new IllegalStateException("none left");
          });
      await()
          .untilAsserted(
              () ->
                  assertThat(log.lines())
                      .filteredOn(line -> line.contains("count sheep"))
                      .singleElement()
                      .asString()
                      .startsWith("SEVERE WB-0006 ")
                      .contains("none left"));
    }
  }

  @Test
  @Tag("M12")
  void aDelayedTaskOutlivesAFullWorkManagerAndTheRefusalIsSaidOnce() throws Exception {
    try (LogLines log = new LogLines()) {
      CompletableFuture<Void> watched = new CompletableFuture<>();
      scheduler.after(Duration.ZERO, "first", () -> watched.complete(null));
      watched.get(60, TimeUnit.SECONDS);
      works.refuse(3);
      CountDownLatch done = new CountDownLatch(1);
      scheduler.after(Duration.ZERO, "renew", done::countDown);
      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(log.lines())
          .filteredOn(line -> line.contains("refused \"renew\""))
          .singleElement()
          .asString()
          .startsWith("WARNING WB-0007 ");
    }
  }

  @Test
  @Tag("M12")
  void aWorkManagerThatIsFullAtTheFirstDelayedTaskIsAskedAgain() throws Exception {
    works.refuse(3);
    CountDownLatch done = new CountDownLatch(1);
    scheduler.after(Duration.ZERO, "renew", done::countDown);
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  @Tag("M12")
  void aClockOnTheWallThatIsSetBackHoldsNothingBack() throws Exception {
    // What java.util.Timer does then: it waits until the clock shows the old time again.
    Timer standing =
        new Timer(true) {
          @Override
          public void schedule(TimerTask task, long delay) {
            super.schedule(task, delay + Duration.ofHours(1).toMillis());
          }
        };
    WorkScheduler onIt = new WorkScheduler(works, standing, ADAPTER);
    try {
      CountDownLatch done = new CountDownLatch(1);
      onIt.after(Duration.ofMillis(20), "renew", done::countDown);
      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      onIt.stop(Duration.ofSeconds(10));
    }
  }

  @Test
  void aTaskThatIsDueSoonerDoesNotWaitForOneThatCameBefore() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    scheduler.after(Duration.ofHours(12), "in 12 h", () -> {});
    scheduler.after(Duration.ofMillis(1), "soon", done::countDown);
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aDelayedTaskRunsOnAWorkAndNotOnTheTimer() throws Exception {
    CompletableFuture<String> thread = new CompletableFuture<>();
    scheduler.after(
        Duration.ofMillis(1), "later", () -> thread.complete(Thread.currentThread().getName()));
    assertThat(thread.get(60, TimeUnit.SECONDS)).isEqualTo("work");
  }

  @Test
  void aTaskThatWasTakenBackDoesNotRun() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Cancellable taken = scheduler.after(Duration.ofMillis(200), "never", runs::incrementAndGet);
    taken.cancel();
    CompletableFuture<Void> later = new CompletableFuture<>();
    scheduler.after(Duration.ofMillis(300), "after it", () -> later.complete(null));
    later.get(60, TimeUnit.SECONDS);
    assertThat(runs).hasValue(0);
  }

  private WeakReference<Object> cancelledWith(Object application) {
    scheduler
        .after(Duration.ofHours(12), "in 12 h", () -> assertThat(application).isNotNull())
        .cancel();
    return new WeakReference<>(application);
  }

  @Test
  @Tag("M17")
  void aTaskThatWasTakenBackIsLetGoOfLongBeforeItIsDue() {
    WeakReference<Object> application = cancelledWith(new Object());
    await()
        .until(
            () -> {
              System.gc();
              return application.get() == null;
            });
  }

  @Test
  @Tag("M17")
  void aStopWaitsForWhatRunsAndTakesNoMore() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    scheduler.execute(
        "slow",
        () -> {
          begun.countDown();
          try {
            finish.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          done.incrementAndGet();
        });
    begun.await();
    CompletableFuture<Integer> stopped =
        CompletableFuture.supplyAsync(
            () -> {
              scheduler.stop(Duration.ofSeconds(10));
              return done.get();
            });
    await().until(() -> !scheduler.execute("late", () -> {}));
    assertThat(stopped).isNotDone();
    finish.countDown();
    assertThat(stopped.get(60, TimeUnit.SECONDS)).isEqualTo(1);
  }

  @Test
  void aStopSaysWhatIsStillRunning() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    scheduler.execute(
        "hangs",
        () -> {
          begun.countDown();
          try {
            finish.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    begun.await();
    try (LogLines log = new LogLines()) {
      scheduler.stop(Duration.ofMillis(10));
      assertThat(log.lines()).singleElement().asString().startsWith("WARNING WB-0009 1 ");
    } finally {
      finish.countDown();
    }
  }

  @Test
  void nothingIsScheduledAfterTheStop() {
    scheduler.stop(Duration.ZERO);
    assertThat(scheduler.execute("late", () -> {})).isFalse();
    scheduler.after(Duration.ZERO, "late", () -> {}).cancel();
  }
}
