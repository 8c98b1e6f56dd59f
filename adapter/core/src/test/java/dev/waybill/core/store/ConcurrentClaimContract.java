package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.StoreOptions.Source;
import java.time.Duration;
import java.util.ArrayList;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many threads claim, settle and send at once: nothing is claimed twice, nothing is lost. */
abstract class ConcurrentClaimContract {

  private static final int THREADS = 12;
  private static final int MESSAGES = 1200;

  private final SettableClock clock = new SettableClock();
  private QueueStore store;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  /** The URL of a fresh, empty database, the same each time. */
  abstract String url();

  @BeforeEach
  void open() {
    store = QueueStores.open(TestStore.options(new Source.Url(url(), "sa", "", true), clock));
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    store.close();
  }

  @Test
  @Tag("C9")
  @Tag("G3")
  void eachMessageIsLeasedByOneConsumerAndCompletedOnce() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    UUID term = store.leases().openTerm("n1/bean", clock.now().plusSeconds(3600));
    Map<UUID, Integer> attempts = new ConcurrentHashMap<>();
    Map<UUID, Boolean> completed = new ConcurrentHashMap<>();
    AtomicInteger sent = new AtomicInteger();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Random random = new Random(seed + i);
      boolean sender = i % 3 == 0;
      all.add(
          CompletableFuture.runAsync(
              () -> {
                if (sender) {
                  sendUntilAllAreSent(sent, random);
                }
                consume(term, random, attempts, completed);
              },
              threads));
    }
    for (CompletableFuture<Void> one : all) {
      one.get(120, TimeUnit.SECONDS);
    }

    assertThat(completed).hasSize(MESSAGES);
    Duration kept = Duration.ofDays(1000);
    store.upkeep().prune(new Upkeep.Retention(kept, kept), 10_000);
    Jdbc jdbc = new Jdbc(url());
    for (String table : List.of("wb_message", "wb_delivery", "wb_lease")) {
      assertThat(jdbc.number("select count(*) from " + table)).as(table).isZero();
    }
    assertThat(
            jdbc.number(
                "select count(*) from (select message_id from wb_attempt where outcome ="
                    + " 'COMPLETED' group by message_id having count(*) > 1) twice"))
        .isZero();
  }

  private void sendUntilAllAreSent(AtomicInteger sent, Random random) {
    int batch;
    while ((batch = reserve(sent, 1 + random.nextInt(20))) > 0) {
      List<Operation> sends = new ArrayList<>();
      for (int i = 0; i < batch; i++) {
        sends.add(TestStore.send(ORDERS, "m", clock.now()));
      }
      store.branches().commitLocal(sends);
    }
  }

  private static int reserve(AtomicInteger sent, int wanted) {
    int before = sent.getAndUpdate(n -> Math.min(MESSAGES, n + wanted));
    return Math.min(wanted, MESSAGES - before);
  }

  private void consume(
      UUID term, Random random, Map<UUID, Integer> attempts, Map<UUID, Boolean> completed) {
    while (completed.size() < MESSAGES) {
      int count = 1 + random.nextInt(64);
      List<LeasedMessage> claimed =
          store.leases().claim(request(term, count, RetryPolicy.DEFAULT, ORDERS));
      for (LeasedMessage message : claimed) {
        UUID id = message.message().id();
        int attempt = message.lease().attempt();
        assertThat(attempts.merge(id, 1, Integer::sum))
            .as("attempts of one message, each claimed once")
            .isEqualTo(attempt);
        if (random.nextInt(10) == 0) {
          commit(new Retry(message.lease(), Optional.of(Duration.ZERO)));
        } else {
          assertThat(completed.put(id, true)).isNull();
          commit(new Complete(message.lease()));
        }
      }
    }
  }

  private void commit(Operation operation) {
    store.branches().commitLocal(List.of(operation));
  }
}
