package dev.waybill.itests.crash;

import static org.awaitility.Awaitility.await;

import dev.waybill.itests.audit.Audit;
import dev.waybill.itests.audit.Intent.Kind;
import dev.waybill.itests.audit.Intents;
import dev.waybill.itests.server.Artifacts;
import dev.waybill.itests.server.Directories;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Some nodes on one PostgreSQL, and clients that place orders on them. Nodes are started one after
 * the other, in the background when they are started again.
 */
final class Cluster implements AutoCloseable {

  /** None is the beginning of another, as recovery needs it. */
  private static final List<String> NAMES = List.of("alpha", "bravo", "carol");

  private static final Duration START_TIMEOUT = Duration.ofMinutes(6);
  private static final Duration HANDLING_TIMEOUT = Duration.ofSeconds(90);
  private static final Duration DRAIN_TIMEOUT = Duration.ofMinutes(6);

  private final Path intentsFile;
  private final Intents intents;
  private final Database database;
  private final List<CrashNode> nodes = new ArrayList<>();
  private final Clients clients;
  private final ExecutorService starter = Executors.newSingleThreadExecutor();
  private final Map<CrashNode, Future<?>> starting = new ConcurrentHashMap<>();

  private Cluster(String name, PostgresPath path, int size) {
    Path directory = Directories.emptied(Artifacts.directory(name));
    intentsFile = directory.resolve("intents.txt");
    intents = Intents.open(intentsFile);
    database = Database.start(path);
    for (String node : NAMES.subList(0, size)) {
      nodes.add(new CrashNode(node, directory, database, NodeApplication.ORDERS));
    }
    clients = new Clients(nodes, intents);
  }

  /** Starts a cluster. */
  static Cluster start(String name, PostgresPath path, int size) {
    return start(name, path, size, false);
  }

  /**
   * Starts a cluster.
   *
   * @param settableClocks whether the wall clocks of the nodes can be set, which needs libfaketime
   */
  static Cluster start(String name, PostgresPath path, int size, boolean settableClocks) {
    Cluster cluster = new Cluster(name, path, size);
    try {
      if (settableClocks) {
        cluster.nodes.forEach(CrashNode::withSettableClock);
      }
      cluster.nodes.forEach(cluster::startAgain);
      cluster.awaitUp(size);
      cluster.awaitHandling();
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  /** A server is ready before its endpoints are; from here on they work. */
  private void awaitHandling() {
    await("first orders are shipped")
        .atMost(HANDLING_TIMEOUT)
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions()
        .until(
            () -> {
              nodes.forEach(node -> clients.place(node, Kind.PLAIN, 1));
              return database.effects("SHIPPED") >= size();
            });
  }

  Database database() {
    return database;
  }

  Clients clients() {
    return clients;
  }

  CrashNode node(int index) {
    return nodes.get(index);
  }

  int size() {
    return nodes.size();
  }

  /** Starts a node that has ended, in the background. */
  void startAgain(CrashNode node) {
    starting.put(node, starter.submit(node::start));
  }

  /** Waits until that many nodes can be asked. */
  void awaitUp(int count) {
    await(count + " nodes are up")
        .atMost(START_TIMEOUT)
        .until(
            () -> {
              starting.values().stream().filter(Future::isDone).forEach(Cluster::requireStarted);
              return up().size() >= count;
            });
  }

  private static void requireStarted(Future<?> start) {
    try {
      start.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a node started", e);
    } catch (ExecutionException e) {
      throw new AssertionError("A node did not start again", e.getCause());
    }
  }

  /** The nodes that can be asked. */
  List<CrashNode> up() {
    return nodes.stream().filter(CrashNode::isUp).toList();
  }

  /** One of them. */
  CrashNode anyUp(Random random) {
    List<CrashNode> up = up();
    return up.get(random.nextInt(up.size()));
  }

  /** Waits until all nodes are up and the queue owes nothing, and stops them. */
  void settle() {
    awaitUp(size());
    try {
      await("the queue owes nothing and no branch is in doubt")
          .atMost(DRAIN_TIMEOUT)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> database.unfinished() == 0);
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      System.out.println("CRASH not drained: " + database.unfinished() + " left");
      nodes.forEach(node -> System.out.println(node.name() + " ends:\n" + node.tail()));
    }
    nodes.forEach(CrashNode::stop);
  }

  /** Compares the intents with the books. */
  Audit audit() {
    return Audit.of(Intents.read(intentsFile), database.books());
  }

  @Override
  public void close() {
    clients.close();
    starter.shutdownNow();
    nodes.forEach(CrashNode::close);
    intents.close();
    database.close();
  }
}
