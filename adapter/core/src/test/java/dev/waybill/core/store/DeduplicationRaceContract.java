package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.XaBranch;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.NewMessage.Deduplication;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nodes that send with the same few deduplication ids at once, on all paths. */
abstract class DeduplicationRaceContract {

  private static final int NODES = 3;
  private static final int TRANSACTIONS = 60;
  private static final int IDS = 40;

  private final SettableClock clock = new SettableClock();
  private final List<SendingNode> nodes = new ArrayList<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(NODES);
  private final Map<UUID, String> made = new ConcurrentHashMap<>();
  private final Map<String, UUID> answers = new ConcurrentHashMap<>();
  private final List<String> contradictions = new ArrayList<>();

  /** The URL of a fresh, empty database, the same each time. */
  abstract String url();

  @BeforeEach
  void open() {
    for (int i = 1; i <= NODES; i++) {
      nodes.add(new SendingNode("n" + i, url(), clock));
    }
    nodes.get(0).store.queues().require(ORDERS);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    nodes.forEach(SendingNode::close);
  }

  @Test
  @Tag("S9")
  @Tag("C11")
  void ofAllThatCommittedWithOneIdThereIsOneMessageAndAllWereToldItsId() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      SendingNode node = nodes.get(i);
      Random random = new Random(seed + i);
      all.add(CompletableFuture.runAsync(() -> run(node, random), threads));
    }
    for (CompletableFuture<Void> one : all) {
      one.get(120, TimeUnit.SECONDS);
    }

    Map<String, UUID> there = new HashMap<>();
    for (String text : new Jdbc(url()).texts("select id from wb_message")) {
      UUID id = UUID.fromString(text);
      assertThat(there.put(made.get(id), id)).as("seed %d: %s", seed, made.get(id)).isNull();
    }
    assertThat(contradictions).as("seed %d", seed).isEmpty();
    assertThat(there).as("seed %d", seed).isEqualTo(answers);
    assertThat(answers).as("seed %d", seed).hasSizeGreaterThan(IDS / 4);
  }

  private void run(SendingNode node, Random random) {
    try {
      for (int i = 0; i < TRANSACTIONS; i++) {
        transaction(node, random);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A refusal ends the transaction: it may be made again, and in the end somebody's goes through.
   */
  private void transaction(SendingNode node, Random random) throws SQLException {
    Path path = Path.values()[random.nextInt(Path.values().length)];
    boolean commits = random.nextInt(4) > 0;
    Map<String, UUID> told = new HashMap<>();
    try {
      switch (path) {
        case LOCAL -> send(told, random, messages -> node.send(Path.LOCAL, messages));
        case JOINED -> commits = joined(node, random, commits, told);
        default -> commits = xa(node, random, path, commits, told);
      }
    } catch (QueueException e) {
      assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(e.retryable()).as(e.getMessage()).isTrue();
      return;
    } catch (XAException e) {
      assertThat(e.errorCode)
          .as(e.getMessage())
          .isBetween(XAException.XA_RBBASE, XAException.XA_RBEND);
      return;
    }
    if (commits || path == Path.LOCAL) {
      told.forEach(this::told);
    }
  }

  private boolean joined(SendingNode node, Random random, boolean commits, Map<String, UUID> told)
      throws SQLException, XAException {
    node.begin();
    try {
      for (int i = random.nextInt(2); i >= 0; i--) {
        send(told, random, node::sendJoined);
      }
    } catch (QueueException e) {
      node.rollback();
      throw e;
    }
    if (commits) {
      node.commit();
    } else {
      node.rollback();
    }
    return commits;
  }

  private boolean xa(
      SendingNode node, Random random, Path path, boolean commits, Map<String, UUID> told)
      throws SQLException, XAException {
    XaBranch branch = node.start();
    try {
      for (int i = random.nextInt(2); i >= 0; i--) {
        send(told, random, messages -> branch.send(List.of(messages)));
      }
    } catch (QueueException e) {
      node.xa.rollback(node.end(branch));
      throw e;
    }
    if (commits) {
      node.commit(branch, path == Path.TWO_PHASE);
      return true;
    }
    Xid xid = node.end(branch);
    if (path == Path.ONE_PHASE || node.xa.prepare(xid) == javax.transaction.xa.XAResource.XA_OK) {
      node.xa.rollback(xid);
    }
    return false;
  }

  /** Sends one or two messages. */
  private void send(Map<String, UUID> told, Random random, Sending sending)
      throws SQLException, XAException {
    NewMessage[] messages = new NewMessage[1 + random.nextInt(2)];
    for (int i = 0; i < messages.length; i++) {
      String id = "id " + random.nextInt(IDS);
      messages[i] =
          TestStore.once(ORDERS, id, clock.now(), new Deduplication(id, Duration.ofHours(1)));
      made.put(messages[i].id(), id);
    }
    List<UUID> ids = sending.send(messages);
    for (int i = 0; i < messages.length; i++) {
      told.put(messages[i].deduplication().id(), ids.get(i));
    }
  }

  /** What a transaction that committed was told. */
  private void told(String id, UUID message) {
    UUID before = answers.putIfAbsent(id, message);
    if (before != null && !before.equals(message)) {
      synchronized (contradictions) {
        contradictions.add(id + ": " + before + " and " + message);
      }
    }
  }

  /** One way to send. */
  private interface Sending {
    List<UUID> send(NewMessage... messages) throws SQLException, XAException;
  }
}
