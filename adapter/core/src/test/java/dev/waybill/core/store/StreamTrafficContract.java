package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.api.QueueException;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.StreamSender;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.RetryPolicy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A producer that is killed at random goes on, on another node, after what its stream says was the
 * last. Its consumer, which fails at random, sees each message once and in order.
 */
abstract class StreamTrafficContract extends StreamFixture {

  private static final int MESSAGES = 150;
  private static final int WINDOW = 7;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<String> deaths = new HashSet<>();

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  @Test
  @Tag("S11")
  @Tag("C10")
  @Tag("C11")
  void aProducerThatIsKilledLeavesNoGapAndNoDuplicate() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    CompletableFuture<Integer> consumer =
        CompletableFuture.supplyAsync(() -> consume(new Random(seed)), threads);
    Random random = new Random(seed + 1);
    int life = 0;
    while (!consumer.isDone()) {
      live("producer-" + life++, random, consumer);
    }
    int retried = consumer.get(120, TimeUnit.SECONDS);

    assertThat(life).as("lives, seed %d", seed).isGreaterThan(3);
    assertThat(deaths).as("ways to die, seed %d", seed).hasSizeGreaterThan(2);
    assertThat(retried).as("attempts that failed, seed %d", seed).isPositive();
    StreamSender stream = one.open(Path.LOCAL, TILL, WINDOW);
    assertThat(stream.lastAcknowledged()).as("seed %d", seed).isEqualTo(stream.lastSequence());
    for (String table : List.of("wb_unsettled", "wb_message", "wb_delivery", "wb_key_line")) {
      assertThat(rows(table)).as("%s, seed %d", table, seed).isZero();
    }
  }

  /** One life of the producer. */
  private void live(String name, Random random, CompletableFuture<?> consumer)
      throws SQLException, XAException {
    StreamingNode node = node(name);
    node.releasing = random.nextInt(4) > 0;
    Path path = Path.values()[random.nextInt(Path.values().length)];
    StreamSender stream = opened(node, path, random, consumer);
    long sent = stream.lastSequence();
    long end = Math.min(MESSAGES, sent + 1 + random.nextInt(25));
    while (sent < end) {
      node.begin(path);
      long next = sent;
      for (int i = random.nextInt(3); i >= 0 && next < end; i--) {
        long number = node.send(stream, "" + (next + 1), Duration.ofSeconds(60)).sequence();
        assertThat(number).isEqualTo(++next);
      }
      if (next == end) {
        die(node, path, random);
        return;
      }
      if (path != Path.LOCAL && random.nextInt(5) == 0) {
        node.rollback(path);
      } else {
        node.commit(path);
        sent = next;
      }
    }
  }

  /** In its transaction, or when that is prepared or committed. */
  private void die(StreamingNode node, Path path, Random random) throws SQLException, XAException {
    int choice = random.nextInt(4);
    deaths.add(path + " " + choice);
    switch (path) {
      case LOCAL -> {}
      case JOINED -> {
        if (choice > 1) {
          node.application.commit();
        } else {
          node.application.rollback();
        }
      }
      default -> {
        if (choice > 2) {
          node.commit(path);
        } else if (choice > 0) {
          node.prepare();
        }
      }
    }
  }

  /** As soon as what the life before left in doubt is decided. */
  private StreamSender opened(
      StreamingNode node, Path path, Random random, CompletableFuture<?> consumer) {
    while (true) {
      assertThat(consumer.isCompletedExceptionally()).as("the consumer failed").isFalse();
      try {
        return node.open(path, TILL, WINDOW);
      } catch (QueueException e) {
        assertUndecided(
            () -> {
              throw e;
            });
        nodes.forEach(each -> othersLookDead(each.name));
        for (BranchId branch : inDoubt()) {
          if (random.nextBoolean()) {
            one.store.branches().commitPrepared(branch);
          } else {
            one.store.branches().rollbackPrepared(branch);
          }
        }
      }
    }
  }

  private List<BranchId> inDoubt() {
    return jdbc.texts("select id from wb_branch where state = 'PREPARED'").stream()
        .map(BranchId::parse)
        .toList();
  }

  /** As the reaper of any node does. */
  private void release() {
    jdbc.texts("select id from wb_branch where state = 'COMMITTED_UNRELEASED'")
        .forEach(id -> two.store.upkeep().release(BranchId.parse(id)));
  }

  /** How many attempts failed. */
  private int consume(Random random) {
    int failed = 0;
    for (long expected = 1; expected <= MESSAGES; ) {
      List<LeasedMessage> claimed = two.claim(1 + random.nextInt(3), RetryPolicy.DEFAULT, ORDERS);
      assertThat(claimed).as("one at a time").hasSizeLessThan(2);
      if (claimed.isEmpty()) {
        release();
        continue;
      }
      LeasedMessage message = claimed.get(0);
      assertThat(message.message().sequence()).isEqualTo(expected);
      assertThat(TestStore.text(message)).isEqualTo("" + expected);
      if (random.nextInt(6) == 0) {
        failed++;
        two.store
            .leases()
            .recordFailure(
                message.lease(),
                new AttemptFailure(
                    AttemptOutcome.FAILED,
                    "failed",
                    new AttemptFailure.Wish.TryAgain(Optional.of(Duration.ZERO))));
      } else {
        two.settle(new Complete(message.lease()));
        expected++;
      }
    }
    return failed;
  }
}
