package dev.waybill.itests.crash;

import static org.awaitility.Awaitility.await;

import dev.waybill.itests.audit.Intent.Answer;
import dev.waybill.itests.audit.Intent.Kind;
import dev.waybill.itests.audit.Intents;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Places orders on whichever nodes are up, some thousands as fast as they are taken and then a
 * trickle, and writes down what it wants and what it is told. An order is asked for once, whatever
 * the answer.
 */
final class Clients implements AutoCloseable {

  private static final int THREADS = 4;
  private static final int REFUSALS_SHOWN = 10;
  private static final int MOST_ORDERS_A_REQUEST = 5;
  private static final long TRICKLE_MILLIS = 500;
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(40);

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final List<CrashNode> nodes;
  private final Intents intents;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final List<Future<?>> running = new ArrayList<>();
  private final Semaphore requested = new Semaphore(0);
  private final Semaphore nobodyUp = new Semaphore(0);
  private final AtomicLong refusals = new AtomicLong();
  private final AtomicLong issued = new AtomicLong();
  private volatile boolean stopped;

  Clients(List<CrashNode> nodes, Intents intents) {
    this.nodes = nodes;
    this.intents = intents;
  }

  /** Starts to place orders, as chance wants it. */
  void start(Random random) {
    for (int i = 0; i < THREADS; i++) {
      Random own = new Random(random.nextLong());
      running.add(threads.submit(() -> place(own)));
    }
  }

  /** Asks for that many more orders at full speed. */
  void request(int orders) {
    requested.release(orders);
  }

  /** Whether all requested orders were asked for. */
  boolean isDone() {
    return requested.availablePermits() == 0;
  }

  /** How many orders were asked for. */
  long issued() {
    return issued.get();
  }

  private void place(Random random) {
    try {
      while (!stopped) {
        // With nothing requested there is a trickle, so that something moves at all times.
        boolean wanted = requested.tryAcquire(TRICKLE_MILLIS, TimeUnit.MILLISECONDS);
        CrashNode node = anyUp(random);
        if (node != null && !stopped) {
          int more = wanted ? random.nextInt(MOST_ORDERS_A_REQUEST) : 0;
          while (more > 0 && !requested.tryAcquire(more)) {
            more--;
          }
          ask(node, orders(random, more + 1));
        } else if (wanted) {
          requested.release();
          nobodyUp.tryAcquire(TRICKLE_MILLIS, TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private CrashNode anyUp(Random random) {
    List<CrashNode> up = nodes.stream().filter(CrashNode::isUp).toList();
    return up.isEmpty() ? null : up.get(random.nextInt(up.size()));
  }

  private Map<Long, Kind> orders(Random random, int count) {
    boolean rolledBack = random.nextInt(100) < 3;
    Map<Long, Kind> orders = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      orders.put(issued.incrementAndGet(), rolledBack ? Kind.ROLLED_BACK : kind(random));
    }
    return orders;
  }

  private static Kind kind(Random random) {
    int percent = random.nextInt(100);
    if (percent < 4) {
      return Kind.FAILS_FIRST;
    } else if (percent < 6) {
      return Kind.CLASHES_FIRST;
    } else if (percent < 8) {
      return Kind.SLOW;
    }
    return percent < 12 ? Kind.REJECTED : Kind.PLAIN;
  }

  /** Places orders of one kind in one transaction, and waits for the answer. */
  void place(CrashNode node, Kind kind, int count) {
    Map<Long, Kind> orders = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      orders.put(issued.incrementAndGet(), kind);
    }
    ask(node, orders);
  }

  private void ask(CrashNode node, Map<Long, Kind> orders) {
    orders.forEach(intents::wanted);
    String body =
        orders.entrySet().stream()
            .map(order -> order.getKey() + " " + order.getValue())
            .collect(Collectors.joining("\n"));
    HttpRequest request =
        HttpRequest.newBuilder(node.place())
            .timeout(ANSWER_TIMEOUT)
            .POST(BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      Answer said = answer.body().equals("PLACED") ? Answer.PLACED : Answer.REFUSED;
      orders.keySet().forEach(order -> intents.answered(order, said));
      if (answer.statusCode() != 200 && refusals.getAndIncrement() < REFUSALS_SHOWN) {
        System.out.println("CRASH " + node.name() + " refused: " + answer.body());
      }
    } catch (IOException e) {
      // No answer: the ledger keeps the question.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops placing orders and waits until the last was answered or not. */
  void stop() {
    stopped = true;
    await("the clients ended")
        .atMost(ANSWER_TIMEOUT.multipliedBy(2))
        .until(() -> running.stream().allMatch(Future::isDone));
    for (Future<?> thread : running) {
      try {
        thread.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException e) {
        throw new AssertionError("A client failed", e.getCause());
      }
    }
    running.clear();
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdownNow();
  }
}
