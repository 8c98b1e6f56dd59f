package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.deadLettersAfter;
import static dev.waybill.core.store.TestStore.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Reject;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.store.StoreOptions.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many threads on two nodes send, settle and put in order at random. A key has one message in hand
 * at a time, and what a sender sent to it comes in the order it was sent.
 */
abstract class KeyTrafficContract extends KeyFixture {

  private static final int KEYS = 50;
  private static final int SENDERS = 3;
  private static final int CONSUMERS = 4;
  private static final int MESSAGES_OF_A_SENDER = 250;

  private final ExecutorService threads = Executors.newFixedThreadPool(SENDERS + CONSUMERS);
  private final Map<String, UUID> inHand = new ConcurrentHashMap<>();
  private final Map<String, Integer> lastSettled = new ConcurrentHashMap<>();
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger settled = new AtomicInteger();
  private final AtomicInteger sending = new AtomicInteger(SENDERS);
  private final AtomicInteger branches = new AtomicInteger();

  @Override
  Source source(EnlistingDataSource application) {
    return new Source.Url(url(), "sa", "", true);
  }

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  @Test
  @Tag("S8")
  @Tag("C10")
  @Tag("C9")
  void everyMessageIsSettledAndNoKeyIsEverOutOfOrder() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < SENDERS; i++) {
      int sender = i;
      Random random = new Random(seed + i);
      all.add(CompletableFuture.runAsync(() -> send(sender, random), threads));
    }
    for (int i = 0; i < CONSUMERS; i++) {
      Random random = new Random(seed + SENDERS + i);
      QueueStore node = i % 2 == 0 ? one : two;
      all.add(CompletableFuture.runAsync(() -> consume(node, random), threads));
    }
    for (CompletableFuture<Void> thread : all) {
      thread.get(180, TimeUnit.SECONDS);
    }

    assertThat(settled).hasValue(sent.get());
    assertThat(inHand).isEmpty();
    one.upkeep().lineUp(1000);
    assertThat(
            rows("wb_delivery d join wb_queue q on q.id = d.queue_id where q.name = 'app:orders'"))
        .isZero();
    for (String table : List.of("wb_key_news", "wb_ordering_key", "wb_key_line")) {
      assertThat(rows(table)).as(table).isZero();
    }
  }

  /** What it sends next it sends when this is visible, or never will be. */
  private void send(int sender, Random random) {
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < MESSAGES_OF_A_SENDER; ) {
      QueueStore node = random.nextBoolean() ? one : two;
      boolean undone = random.nextInt(6) == 0;
      Map<String, Integer> before = new HashMap<>(numbers);
      List<Operation> sends = new ArrayList<>();
      for (int j = random.nextInt(6); j >= 0; j--) {
        String key = "k" + random.nextInt(KEYS);
        sends.add(send(key, sender + " " + numbers.merge(key, 1, Integer::sum)));
      }
      if (undone) {
        numbers = before;
      } else {
        sent.addAndGet(sends.size());
        i += sends.size();
      }
      commit(node, sends, undone, random);
      if (random.nextBoolean()) {
        node.upkeep().lineUp(1 + random.nextInt(40));
      }
    }
    sending.decrementAndGet();
  }

  private void commit(QueueStore node, List<Operation> sends, boolean undone, Random random) {
    if (!undone && random.nextInt(3) > 0) {
      node.branches().commitLocal(sends);
      return;
    }
    BranchId id = new BranchId(0x57, String.format("%06x", branches.incrementAndGet()), "0b");
    node.branches().prepare(id, sends);
    if (undone) {
      node.branches().rollbackPrepared(id);
    } else {
      node.branches().commitPrepared(id);
      node.branches().release(id);
    }
  }

  private void consume(QueueStore node, Random random) {
    UUID own = node.leases().openTerm("bean", clock.now().plusSeconds(3600));
    while (sending.get() > 0 || settled.get() < sent.get()) {
      List<LeasedMessage> claimed =
          node.leases().claim(request(own, 1 + random.nextInt(8), deadLettersAfter(3), ORDERS));
      claimed.forEach(
          message ->
              assertThat(inHand.put(message.message().orderingKey(), message.message().id()))
                  .as("one of a key at a time")
                  .isNull());
      claimed.forEach(message -> settle(node, message, random));
      // Some signals are lost.
      if (random.nextInt(4) > 0) {
        node.upkeep().lineUp(1 + random.nextInt(60));
      }
    }
  }

  private void settle(QueueStore node, LeasedMessage message, Random random) {
    int choice = random.nextInt(12);
    boolean last = message.lease().attempt() == 3;
    if (choice > 2 || choice == 0 || last) {
      inOrder(message);
    }
    inHand.remove(message.message().orderingKey());
    switch (choice) {
      case 0 -> commit(node, new Reject(message.lease(), "bad"));
      case 1 -> commit(node, new Retry(message.lease(), Optional.of(Duration.ZERO)));
      case 2 -> {
        AttemptFailure again =
            new AttemptFailure(
                dev.waybill.api.AttemptOutcome.FAILED,
                "failed",
                new AttemptFailure.Wish.TryAgain(Optional.of(Duration.ZERO)));
        assertThat(node.leases().recordFailure(message.lease(), again)).isPresent();
      }
      default -> commit(node, new Complete(message.lease()));
    }
    if (choice > 2 || choice == 0 || last) {
      settled.incrementAndGet();
    }
  }

  private void inOrder(LeasedMessage message) {
    String[] words = TestStore.text(message).split(" ");
    int number = Integer.parseInt(words[1]);
    String line = words[0] + "/" + message.message().orderingKey();
    Integer before = lastSettled.put(line, number);
    assertThat(number).as("of %s", line).isEqualTo(before == null ? 1 : before + 1);
  }

  private static void commit(QueueStore node, Operation operation) {
    node.branches().commitLocal(List.of(operation));
  }
}
