package dev.waybill.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.itests.audit.StreamAudit;
import dev.waybill.itests.crash.DrivenStream.Run;
import dev.waybill.itests.server.Artifacts;
import dev.waybill.itests.server.Directories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Producers of streams on one node, and a bean on another that handles what they send. The second
 * node can take over streams of the first.
 */
final class StreamCluster implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofMinutes(3);
  private static final Duration FEW_MILLIS = Duration.ofMillis(5);
  private static final int MOVING = 5;

  private final List<DrivenStream> streams;
  private final Database database;
  private final StreamBooks books;
  private final CrashNode producers;
  private final CrashNode consumers;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<DrivenStream, Run> runs = new HashMap<>();

  private StreamCluster(String name, PostgresPath path, List<DrivenStream> streams) {
    this.streams = streams;
    Path directory = Directories.emptied(Artifacts.directory(name));
    database = Database.start(path);
    books = StreamBooks.create(database);
    producers = new CrashNode("alpha", directory, database, NodeApplication.ENTRY_PRODUCERS);
    consumers = new CrashNode("bravo", directory, database, NodeApplication.ENTRIES);
  }

  /** Starts both nodes; nobody produces yet. */
  static StreamCluster start(String name, PostgresPath path, List<DrivenStream> streams) {
    StreamCluster cluster = new StreamCluster(name, path, streams);
    try {
      // the first of both brings the schema
      cluster.consumers.start();
      cluster.producers.start();
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  /** The node of the producers. */
  CrashNode producers() {
    return producers;
  }

  /** The node of the bean. */
  CrashNode consumers() {
    return consumers;
  }

  List<DrivenStream> streams() {
    return streams;
  }

  StreamBooks books() {
    return books;
  }

  /** The last producer of a stream that was started. */
  Run run(DrivenStream stream) {
    return runs.get(stream);
  }

  /** Starts a producer of a stream on a node. */
  Run produce(DrivenStream stream, CrashNode node) {
    Run run = stream.runOn(node, http, threads);
    runs.put(stream, run);
    return run;
  }

  /** Starts a producer of each stream, and waits until all send. */
  void produce() {
    streams.forEach(stream -> produce(stream, producers));
    streams.forEach(stream -> awaitSent(stream, MOVING));
  }

  /** Waits until that many entries more are confirmed, of all streams together. */
  void awaitMore(int entries) {
    long before = confirmed();
    await(entries + " more entries")
        .atMost(TIMEOUT)
        .pollDelay(Duration.ZERO)
        .pollInterval(FEW_MILLIS)
        .until(
            () -> confirmed() >= before + entries || runs.values().stream().anyMatch(Run::isOver));
    runs.forEach((stream, run) -> assertThat(run.end()).as("%s", stream).isNotDone());
  }

  private long confirmed() {
    return streams.stream().mapToLong(DrivenStream::confirmed).sum();
  }

  /** Waits until the producer that has a stream has sent that many more. */
  void awaitSent(DrivenStream stream, int entries) {
    Run run = run(stream);
    awaitSent(run, run.confirmed() + entries);
  }

  /** Waits until a producer has sent so many. */
  static void awaitSent(Run run, long entries) {
    await(entries + " entries of a producer")
        .atMost(TIMEOUT)
        .pollInterval(FEW_MILLIS)
        .until(() -> run.isOver() || run.confirmed() >= entries);
    assertThat(run.end()).isNotDone();
  }

  /** Waits until a producer has ended. */
  static String endOf(Run run) {
    await("a producer ends").atMost(TIMEOUT).until(() -> run.isOver());
    return run.end().join();
  }

  /** Has the bean handle everything, stops all, and looks through the books. */
  StreamAudit finish() {
    List.of(producers, consumers).forEach(this::stopProducing);
    streams.forEach(
        stream -> assertThat(endOf(run(stream))).as("%s", stream).isEqualTo(DrivenStream.STOPPED));
    try {
      await("everything is handled")
          .atMost(TIMEOUT)
          .until(() -> database.unfinished() == 0 && books.unsettled() == 0);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "%d deliveries and branches, %d unsettled messages are left\n%s"
              .formatted(database.unfinished(), books.unsettled(), consumers.tail()),
          e);
    }
    List<CompletableFuture<Void>> stops = new ArrayList<>();
    List.of(producers, consumers)
        .forEach(node -> stops.add(CompletableFuture.runAsync(node::stop, threads)));
    stops.forEach(CompletableFuture::join);
    return StreamAudit.of(streams.stream().map(books::of).toList());
  }

  private void stopProducing(CrashNode node) {
    try {
      http.send(
          HttpRequest.newBuilder(node.uri("/entries")).DELETE().build(), BodyHandlers.discarding());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    producers.close();
    consumers.close();
    database.close();
  }
}
