package dev.waybill.testkit.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.testkit.SimulatedContainer;
import dev.waybill.testkit.TinyAdapter;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkCompletedException;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkManager;
import jakarta.resource.spi.work.WorkRejectedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WorkManagersTest {

  private final TinyAdapter adapter = new TinyAdapter();

  @Test
  void scheduledWorkRunsOnAThreadOfThePool() throws Exception {
    try (SimulatedContainer container = SimulatedContainer.threaded(2)) {
      container.start(adapter);
      AtomicReference<Thread> ran = new AtomicReference<>();
      CountDownLatch done = new CountDownLatch(1);
      adapter
          .context
          .getWorkManager()
          .scheduleWork(
              work(
                  () -> {
                    ran.set(Thread.currentThread());
                    container.checker().requireWork("This");
                    done.countDown();
                  }));
      done.await();
      assertThat(ran.get()).isNotSameAs(Thread.currentThread());
      container.checker().assertClean();
    }
  }

  @Test
  void doWorkWaitsAndTellsWhatWasThrown() throws Exception {
    try (SimulatedContainer container = SimulatedContainer.threaded(1)) {
      container.start(adapter);
      WorkManager manager = adapter.context.getWorkManager();
      assertThatThrownBy(
              () ->
                  manager.doWork(
                      work(
                          () -> {
                            throw new IllegalStateException("no");
                          })))
          .isInstanceOf(WorkCompletedException.class)
          .hasRootCauseMessage("no");
    }
  }

  @Test
  void workRunsWithoutTheTransactionOfItsCaller() throws Exception {
    try (SimulatedContainer container = SimulatedContainer.stepping()) {
      container.start(adapter);
      List<Boolean> inTransaction = new ArrayList<>();
      container
          .transactions()
          .inTransaction(
              () -> {
                adapter
                    .context
                    .getWorkManager()
                    .doWork(
                        work(() -> inTransaction.add(container.transactions().current() != null)));
                inTransaction.add(container.transactions().current() != null);
                return null;
              });
      assertThat(inTransaction).containsExactly(false, true);
    }
  }

  @Test
  void steppedWorkWaitsUntilItIsTold() throws Exception {
    try (SimulatedContainer container = SimulatedContainer.stepping()) {
      container.start(adapter);
      List<String> ran = new ArrayList<>();
      WorkManager manager = adapter.context.getWorkManager();
      manager.scheduleWork(
          work(
              () -> {
                ran.add("first");
                schedule(manager, () -> ran.add("third"));
              }));
      manager.scheduleWork(work(() -> ran.add("second")));
      assertThat(ran).isEmpty();
      assertThat(container.steppingWork().runNext()).isTrue();
      assertThat(ran).containsExactly("first");
      assertThat(container.steppingWork().runAll()).isEqualTo(2);
      assertThat(ran).containsExactly("first", "second", "third");
    }
  }

  @Test
  void workAfterTheStopIsAViolation() throws Exception {
    SimulatedContainer container = SimulatedContainer.threaded(1);
    container.start(adapter);
    container.close();
    assertThatThrownBy(() -> adapter.context.getWorkManager().scheduleWork(work(() -> {})))
        .isInstanceOf(WorkRejectedException.class);
    assertThat(container.checker().violations())
        .singleElement()
        .asString()
        .contains("after the adapter was stopped");
  }

  @Test
  void workThatOutlivesTheStopIsAViolation() throws Exception {
    SimulatedContainer container = SimulatedContainer.threaded(1);
    container.start(adapter);
    CountDownLatch go = new CountDownLatch(1);
    adapter.context.getWorkManager().startWork(work(() -> await(go)));
    container.close();
    go.countDown();
    assertThat(container.checker().violations())
        .singleElement()
        .asString()
        .contains("still running");
  }

  @Test
  void aTimerThatIsNotCancelledIsAViolation() throws Exception {
    SimulatedContainer container = SimulatedContainer.threaded(1);
    container.start(adapter);
    Timer timer = adapter.context.createTimer();
    container.close();
    assertThat(timer).isNotNull();
    assertThat(container.checker().violations()).singleElement().asString().contains("timer");
  }

  @Test
  void manualTimersRunWhatIsDueInOrderAndNotWhatWasCancelled() throws Exception {
    try (SimulatedContainer container = SimulatedContainer.stepping()) {
      container.start(adapter);
      Timer timer = adapter.context.createTimer();
      List<String> ran = new ArrayList<>();
      TimerTask cancelled = task(() -> ran.add("cancelled"));
      timer.schedule(task(() -> ran.add("late")), 2_000);
      timer.schedule(task(() -> ran.add("early")), 1_000);
      timer.schedule(cancelled, 1_500);
      assertThat(cancelled.cancel()).isTrue();
      assertThat(container.advanceTimers(Duration.ofMillis(999))).isZero();
      assertThat(container.advanceTimers(Duration.ofSeconds(5))).isEqualTo(2);
      assertThat(ran).containsExactly("early", "late");
      timer.cancel();
    }
  }

  private static void schedule(WorkManager manager, Runnable task) {
    try {
      manager.scheduleWork(work(task));
    } catch (WorkException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TimerTask task(Runnable task) {
    return new TimerTask() {
      @Override
      public void run() {
        task.run();
      }
    };
  }

  private static Work work(Runnable task) {
    return new Work() {
      @Override
      public void run() {
        task.run();
      }

      @Override
      public void release() {}

      @Override
      public String toString() {
        return "a Work";
      }
    };
  }
}
