package dev.waybill.ra.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.ra.LogLines;
import dev.waybill.ra.StepScheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("UNAVAILABLE")
class StoreLifecycleTest {

  private final StepScheduler scheduler = new StepScheduler();
  private final Deque<StoreNotOpenException> failures = new ArrayDeque<>();
  private final EmptyStore store = new EmptyStore();
  private final StoreLifecycle lifecycle = new StoreLifecycle(this::open, scheduler);

  private OpenStore open() throws StoreNotOpenException {
    if (!failures.isEmpty()) {
      throw failures.poll();
    }
    return new OpenStore(store, false, "test");
  }

  private static StoreNotOpenException down() {
    return StoreNotOpenException.failed("url=\"jdbc:x\" cannot be opened (refused); fix: f.", null);
  }

  @Test
  void whileItIsNotOpenTheReasonIsGiven() {
    failures.add(down());
    lifecycle.start(Duration.ZERO);
    scheduler.step();
    assertThatThrownBy(lifecycle::get)
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.UNAVAILABLE))
        .hasMessageContaining("url=\"jdbc:x\" cannot be opened (refused)");
  }

  @Test
  void afterAFailureItIsTriedAgainWithGrowingPausesUntilItOpens() {
    for (int i = 0; i < 8; i++) {
      failures.add(down());
    }
    lifecycle.start(Duration.ZERO);
    List<Duration> pauses = new ArrayList<>();
    while (scheduler.size() > 0) {
      pauses.add(scheduler.step());
    }
    assertThat(pauses)
        .extracting(Duration::toMillis)
        .containsExactly(0L, 500L, 1000L, 2000L, 4000L, 8000L, 16000L, 20000L, 20000L);
    assertThat(lifecycle.get()).isSameAs(store);
  }

  @Test
  void theSameFailureIsLoggedOnceAndAnotherOneAgain() {
    failures.addAll(
        List.of(down(), down(), down(), StoreNotOpenException.failed("something else", null)));
    try (LogLines log = new LogLines()) {
      lifecycle.start(Duration.ZERO);
      while (scheduler.size() > 0) {
        scheduler.step();
      }
      assertThat(log.lines())
          .hasSize(2)
          .allMatch(line -> line.startsWith("SEVERE WB-0004 "))
          .noneMatch(line -> line.contains("\n"));
    }
  }

  @Test
  void aDataSourceThatIsNotBoundYetIsWaitedForWithOneInfoLine() {
    failures.add(StoreNotOpenException.notBound("dataSource", "java:global/orders"));
    failures.add(StoreNotOpenException.notBound("dataSource", "java:global/orders"));
    try (LogLines log = new LogLines()) {
      lifecycle.start(Duration.ZERO);
      while (scheduler.size() > 0) {
        scheduler.step();
      }
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("INFO WB-0005 ")
          .contains("dataSource=\"java:global/orders\"");
    }
  }

  @Test
  void whoeverWaitsIsToldOnceItIsOpen() {
    List<String> told = new ArrayList<>();
    lifecycle.whenOpen(open -> told.add("early"));
    lifecycle.start(Duration.ZERO);
    assertThat(told).isEmpty();
    scheduler.step();
    lifecycle.whenOpen(open -> told.add("late"));
    assertThat(told).containsExactly("early", "late");
  }

  @Test
  void whatOneCallbackThrowsDoesNotKeepTheOthersFromBeingTold() {
    List<String> told = new ArrayList<>();
    lifecycle.whenOpen(
        open -> {
          throw new IllegalStateException("x");
        });
    lifecycle.whenOpen(open -> told.add("second"));
    try (LogLines log = new LogLines()) {
      lifecycle.start(Duration.ZERO);
      scheduler.step();
      assertThat(log.lines()).hasSize(1);
    }
    assertThat(told).containsExactly("second");
  }

  @Test
  void aStopClosesIt() {
    lifecycle.start(Duration.ZERO);
    scheduler.step();
    lifecycle.close();
    assertThat(store.isClosed()).isTrue();
    assertThatThrownBy(lifecycle::get).hasMessageContaining("stopped");
  }

  @Test
  void aStoreThatOpensAfterTheStopIsClosedAtOnce() {
    StoreLifecycle[] self = new StoreLifecycle[1];
    self[0] =
        new StoreLifecycle(
            () -> {
              self[0].close();
              return new OpenStore(store, false, "test");
            },
            scheduler);
    self[0].start(Duration.ZERO);
    scheduler.step();
    assertThat(store.isClosed()).isTrue();
  }

  @Test
  void aStopEndsTheAttempts() {
    failures.add(down());
    lifecycle.start(Duration.ZERO);
    scheduler.step();
    lifecycle.close();
    scheduler.step();
    assertThat(scheduler.size()).isZero();
  }

  @Test
  void waitingForItIsBounded() throws Exception {
    assertThat(lifecycle.awaitOpen(Duration.ofMillis(5))).isFalse();
    lifecycle.start(Duration.ZERO);
    scheduler.step();
    assertThat(lifecycle.awaitOpen(Duration.ZERO)).isTrue();
  }
}
