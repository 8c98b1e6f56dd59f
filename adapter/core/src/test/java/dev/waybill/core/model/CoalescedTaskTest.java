package dev.waybill.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Work that many ask for, and one task does. */
class CoalescedTaskTest {

  private final Deque<Runnable> scheduled = new ArrayDeque<>();
  private final List<String> trace = new ArrayList<>();
  private final CoalescedTask task =
      new CoalescedTask(
          "work",
          new Scheduler(),
          this::round,
          () -> trace.add("rested"),
          error -> trace.add("failed: " + error.getMessage()));
  private Runnable inRound = () -> {};
  private boolean full;

  private final class Scheduler implements TaskScheduler {
    @Override
    public boolean execute(String name, Runnable run) {
      return !full && scheduled.add(run);
    }

    @Override
    public Cancellable after(Duration delay, String name, Runnable run) {
      throw new UnsupportedOperationException();
    }
  }

  private void round() {
    trace.add("round");
    Runnable once = inRound;
    inRound = () -> {};
    once.run();
  }

  private void runAll() {
    while (!scheduled.isEmpty()) {
      scheduled.poll().run();
    }
  }

  @Test
  void manyRequestsAreOneRound() {
    assertThat(task.soon()).isTrue();
    assertThat(task.soon()).isTrue();
    assertThat(scheduled).hasSize(1);

    runAll();

    assertThat(trace).containsExactly("round", "rested");
  }

  @Test
  void aRequestDuringARoundLeadsToAnother() {
    inRound = task::soon;
    task.soon();

    runAll();

    assertThat(trace).containsExactly("round", "round", "rested");
  }

  @Test
  void afterAFailureTheNextRequestBeginsAgain() {
    inRound =
        () -> {
          task.soon();
          throw new IllegalStateException("no store");
        };
    task.soon();
    runAll();
    assertThat(trace).containsExactly("round", "failed: no store");

    task.soon();
    runAll();

    assertThat(trace).containsExactly("round", "failed: no store", "round", "rested");
  }

  @Test
  void afterAnErrorToo() {
    inRound =
        () -> {
          throw new AssertionError("broken");
        };
    task.soon();
    assertThatThrownBy(this::runAll).hasMessage("broken");

    task.soon();
    runAll();

    assertThat(trace).containsExactly("round", "round", "rested");
  }

  @Test
  void aRequestThatNoThreadTakesIsForgotten() {
    full = true;
    assertThat(task.soon()).isFalse();

    full = false;
    assertThat(task.soon()).isTrue();
    runAll();

    assertThat(trace).containsExactly("round", "rested");
  }

  @Test
  void onceStoppedNothingBegins() {
    task.soon();
    task.stop();
    assertThat(task.soon()).isTrue();

    runAll();

    assertThat(trace).containsExactly("rested");
  }
}
