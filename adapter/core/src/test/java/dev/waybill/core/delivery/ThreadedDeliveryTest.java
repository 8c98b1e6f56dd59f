package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThreadedDeliveryTest {

  private final ThreadedScheduler threads = new ThreadedScheduler();
  private final Queued queued = new Queued(threads);
  private final CountDownLatch open = new CountDownLatch(1);

  @AfterEach
  void close() {
    open.countDown();
    queued.engine.stop();
    threads.close();
  }

  private void waitForOpen() {
    try {
      assertThat(open.await(50, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @Tag("M11")
  void asManyDeliveriesRunAtATimeAsAreAllowedAndNoMore() {
    queued.sendUnseen(IntStream.range(0, 20).mapToObj(i -> "m" + i).toArray(String[]::new));
    queued.target.script(
        message -> {
          waitForOpen();
          return queued.complete(message);
        });
    queued.open();
    queued.activate(s -> s.maxConcurrency(5));
    await().until(() -> queued.target.delivered().size() == 5);
    assertThat(queued.target.open()).isEqualTo(5);
    open.countDown();
    await().until(() -> queued.states().stream().allMatch("COMPLETED/1"::equals));
    assertThat(queued.target.mostRunning()).isEqualTo(5);
    await().until(() -> queued.target.open() == 0);
  }

  @Test
  void noSignalIsLostAndNothingIsDeliveredTwice() {
    queued.open();
    queued.activate(s -> s.maxConcurrency(4).prefetch(3));
    queued.activate(s -> s.name("app/Second").maxConcurrency(2));
    for (int i = 0; i < 2000; i++) {
      queued.send("m" + i);
    }
    // The poll interval is an hour: only signals can have found them.
    await().until(() -> queued.states().stream().allMatch("COMPLETED/1"::equals));
    assertThat(new HashSet<>(queued.attempts())).hasSize(2000);
    assertThat(queued.target.delivered()).hasSize(2000);
  }

  @Test
  @Tag("M4")
  void batchesOfSeveralWorkersHoldEachMessageOnceAndNoneIsForgotten() {
    AtomicInteger calls = new AtomicInteger();
    queued.target.allBatches(
        batch ->
            calls.incrementAndGet() % 5 == 0 ? Queued.failAll(batch) : queued.completeAll(batch));
    queued.open();
    queued.activate(
        s ->
            s.maxConcurrency(4)
                .batches(7, Duration.ofMillis(200))
                .retries(String.join(",", Collections.nCopies(50, "0s")), null));
    for (int i = 0; i < 1000; i++) {
      queued.send("m" + i);
    }
    await().until(() -> queued.states().stream().allMatch(state -> state.startsWith("COMPLETED")));
    assertThat(new HashSet<>(queued.attempts())).hasSameSizeAs(queued.attempts());
    assertThat(queued.target.batches())
        .allMatch(batch -> batch.split(" ").length <= 7)
        .anyMatch(batch -> batch.split(" ").length == 7);
    assertThat(queued.target.mostRunning()).isLessThanOrEqualTo(4);
  }

  @Test
  @Tag("M17")
  void aStopWaitsForRunningDeliveriesWhichKeepTheirLeases() throws Exception {
    queued.sendUnseen("a", "b", "c");
    queued.target.script(
        message -> {
          waitForOpen();
          return queued.complete(message);
        });
    queued.open();
    Activation activation =
        queued.activate(s -> s.maxConcurrency(1).prefetch(2).lease(Duration.ofMillis(300)));
    await().until(() -> queued.target.delivered().size() == 1);
    CompletableFuture<Void> stopped =
        CompletableFuture.runAsync(() -> queued.engine.deactivate(activation));
    await()
        .until(() -> queued.states().equals(java.util.List.of("LEASED/1", "READY/0", "READY/0")));
    long renewals = queued.leases.calls("renewTerms");
    await().until(() -> queued.leases.calls("renewTerms") > renewals + 4);
    assertThat(stopped).isNotDone();
    open.countDown();
    stopped.get(10, TimeUnit.SECONDS);
    assertThat(queued.states()).containsExactly("COMPLETED/1", "READY/0", "READY/0");
    synchronized (queued.memory.rows()) {
      assertThat(queued.memory.rows().terms).isEmpty();
    }
    assertThat(queued.log.lines()).isEmpty();
  }

  @Test
  @Tag("M17")
  void aDeliveryThatOutlastsTheDrainLosesItsRenewalAndIsNamed() {
    queued.sendUnseen("a");
    queued.target.script(
        message -> {
          waitForOpen();
          return new DeliveryTarget.DeliveryResult.LeaseLost();
        });
    queued.open();
    Activation activation =
        queued.activate(s -> s.lease(Duration.ofMillis(200)).drain(Duration.ofMillis(100)));
    await().until(() -> queued.target.delivered().size() == 1);
    queued.engine.deactivate(activation);
    assertThat(queued.log.lines("WB-0140")).singleElement().asString().contains("1 delivery");
    // Not renewed any more, so the reaper ends it; the term was not closed under it.
    await().until(() -> queued.states().equals(java.util.List.of("SCHEDULED/1")));
  }

  @Test
  @Tag("M17")
  void aClaimThatCrossesAStopIsGivenBackUnattempted() throws Exception {
    queued.open();
    CountDownLatch claiming = new CountDownLatch(1);
    queued.sendUnseen("a");
    queued.leases.after(
        "claim",
        any -> {
          claiming.countDown();
          waitForOpen();
        });
    Activation activation = queued.activate(s -> s.prefetch(5));
    assertThat(claiming.await(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(activation::beginStop);
    stopped.get(10, TimeUnit.SECONDS);
    open.countDown();
    activation.stop();
    assertThat(queued.attempts()).isEmpty();
    assertThat(queued.states()).containsExactly("READY/0");
  }

  @Test
  @Tag("M17")
  void allActivationsDrainAtTheSameTime() throws Exception {
    queued.sendUnseen("a", "b", "c", "d", "e", "f", "g", "h");
    queued.target.script(
        message -> {
          waitForOpen();
          return queued.complete(message);
        });
    queued.open();
    for (int i = 0; i < 4; i++) {
      String name = "app/Bean" + i;
      queued.activate(s -> s.name(name).maxConcurrency(1).drain(Duration.ofSeconds(50)));
    }
    await().until(() -> queued.target.delivered().size() == 4);
    AtomicReference<Thread> stopper = new AtomicReference<>();
    CompletableFuture<Void> stopped =
        CompletableFuture.runAsync(
            () -> {
              stopper.set(Thread.currentThread());
              queued.engine.stop();
            });
    await()
        .until(
            () -> stopper.get() != null && stopper.get().getState() == Thread.State.TIMED_WAITING);
    assertThat(queued.states()).containsOnly("LEASED/1", "READY/0");
    open.countDown();
    stopped.get(30, TimeUnit.SECONDS);
    assertThat(queued.states()).containsOnly("COMPLETED/1", "READY/0");
  }
}
