package dev.waybill.itests.crash;

import dev.waybill.itests.crash.streams.Manner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A stream, as its driver knows it: by what the producers said that had it one after the other. */
final class DrivenStream {

  /** How a producer ended that was asked to. */
  static final String STOPPED = "STOPPED";

  /** How a producer ended whose stream another has taken over. */
  static final String FENCED = "CONFLICT";

  /** How a producer ended whose node is gone. */
  static final String GONE = "GONE";

  private final String name;
  private final Manner manner;
  private final int window;
  private final AtomicLong confirmed = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();

  DrivenStream(String name, Manner manner, int window) {
    this.name = name;
    this.manner = manner;
    this.window = window;
  }

  String name() {
    return name;
  }

  Manner manner() {
    return manner;
  }

  /** The highest number that was confirmed. */
  long confirmed() {
    return confirmed.get();
  }

  /** How many entries were sent again and dropped. */
  long dropped() {
    return dropped.get();
  }

  /** One producer of the stream, while it runs on a node and after. */
  static final class Run {
    private final AtomicLong confirmed = new AtomicLong();
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private volatile boolean open;

    /** Whether it has opened the stream. */
    boolean isOpen() {
      return open;
    }

    /** Whether it sends no more. */
    boolean isOver() {
      return end.isDone();
    }

    /** How many entries were confirmed to it; what was dropped counts. */
    long confirmed() {
      return confirmed.get();
    }

    /** How it ended: one of the words above, or what failed. */
    CompletableFuture<String> end() {
      return end;
    }
  }

  /** Starts a producer on a node. */
  Run runOn(CrashNode node, HttpClient http, Executor threads) {
    URI address =
        node.uri("/entries?stream=%s&manner=%s&window=%d".formatted(name, manner, window));
    HttpRequest request =
        HttpRequest.newBuilder(address).POST(HttpRequest.BodyPublishers.noBody()).build();
    Run run = new Run();
    threads.execute(
        () -> {
          try {
            HttpResponse<Stream<String>> answer = http.send(request, BodyHandlers.ofLines());
            try (Stream<String> lines = answer.body()) {
              lines.forEach(line -> hear(run, line));
            }
            run.end.complete("status " + answer.statusCode() + ", and no end");
          } catch (IOException | UncheckedIOException e) {
            run.end.complete(GONE);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            run.end.complete("interrupted");
          }
        });
    return run;
  }

  private void hear(Run run, String line) {
    int blank = line.indexOf(' ');
    String rest = line.substring(blank + 1);
    switch (line.substring(0, Math.max(0, blank))) {
      case "sent" -> {
        confirmed.accumulateAndGet(Long.parseLong(rest), Math::max);
        run.confirmed.incrementAndGet();
      }
      case "from" -> run.open = true;
      case "dropped" -> dropped.incrementAndGet();
      case "end" -> run.end.complete(rest);
      default -> run.end.complete(line);
    }
  }

  @Override
  public String toString() {
    return name + " (" + manner + ", window " + window + ")";
  }
}
