package dev.waybill.core.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Waiters share syncs, but never one that began before their own commit was over. */
@Tag("C15")
class GroupSyncTest {

  private final Semaphore mayFinish = new Semaphore(0);
  private final AtomicInteger begun = new AtomicInteger();
  private final GroupSync gated =
      new GroupSync(
          () -> {
            begun.incrementAndGet();
            mayFinish.acquireUninterruptibly();
          });

  @Test
  void aWaiterDoesNotUseASyncThatBeganBeforeItCame() throws Exception {
    CompletableFuture<Void> first = CompletableFuture.runAsync(gated::await);
    await().until(() -> begun.get() == 1);
    CompletableFuture<Void> second = CompletableFuture.runAsync(gated::await);
    await().until(() -> gated.waiting() == 2);

    mayFinish.release();
    first.get(10, TimeUnit.SECONDS);
    await().until(() -> begun.get() == 2);
    assertThat(second).isNotDone();

    mayFinish.release();
    second.get(10, TimeUnit.SECONDS);
  }

  @Test
  void allThatWaitShareTheNextSync() {
    List<CompletableFuture<Void>> waiters = new ArrayList<>();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      waiters.add(CompletableFuture.runAsync(gated::await, threads));
      await().until(() -> begun.get() == 1);
      for (int i = 0; i < 10; i++) {
        waiters.add(CompletableFuture.runAsync(gated::await, threads));
      }
      await().until(() -> gated.waiting() == 11);
      mayFinish.release(2);

      waiters.forEach(CompletableFuture::join);
      assertThat(begun).hasValue(2);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aFailedSyncIsTheLeadersErrorAndTheOthersSyncAgain() throws Exception {
    AtomicInteger syncs = new AtomicInteger();
    Semaphore gate = new Semaphore(0);
    GroupSync sync =
        new GroupSync(
            () -> {
              int number = syncs.incrementAndGet();
              gate.acquireUninterruptibly();
              if (number == 1) {
                throw new IllegalStateException("disk");
              }
            });
    CompletableFuture<Void> leader = CompletableFuture.runAsync(sync::await);
    await().until(() -> syncs.get() == 1);
    CompletableFuture<Void> follower = CompletableFuture.runAsync(sync::await);
    await().until(() -> sync.waiting() == 2);

    gate.release(2);

    assertThatThrownBy(() -> leader.get(10, TimeUnit.SECONDS)).hasRootCauseMessage("disk");
    follower.get(10, TimeUnit.SECONDS);
    assertThat(syncs).hasValue(2);
  }

  @Test
  void everyCommitIsCoveredByASyncThatBeganAfterIt() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    AtomicLong written = new AtomicLong();
    AtomicLong durable = new AtomicLong();
    GroupSync sync =
        new GroupSync(
            () -> {
              long reached = written.get();
              Thread.onSpinWait();
              durable.accumulateAndGet(reached, Math::max);
            });
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<CompletableFuture<Void>> writers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Random random = new Random(seed + i);
        writers.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int n = 0; n < 500; n++) {
                    long mine = written.incrementAndGet();
                    if (random.nextBoolean()) {
                      Thread.yield();
                    }
                    sync.await();
                    assertThat(durable.get()).isGreaterThanOrEqualTo(mine);
                  }
                },
                threads));
      }
      for (CompletableFuture<Void> writer : writers) {
        writer.get(30, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
