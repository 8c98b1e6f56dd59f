package dev.waybill.itests.crash;

import static org.awaitility.Awaitility.await;

import dev.waybill.itests.orders.OrdersClient;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Places orders until the server is gone: the bundled file as a whole, and single orders whose
 * answers are remembered, of several customers, a few of them for an article that does not exist.
 */
final class Placing {

  private static final Duration END_TIMEOUT = Duration.ofSeconds(90);
  private static final int UNKNOWN_EVERY = 20;
  private static final int CUSTOMERS = 37;

  private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
  private ExecutorService client;
  private Future<?> running;
  private AtomicBoolean stop;

  /** Starts the import, and a client that places one order after the other. */
  void begin(OrdersClient orders) {
    orders.startImport();
    client = Executors.newSingleThreadExecutor();
    AtomicBoolean stopped = new AtomicBoolean();
    stop = stopped;
    running = client.submit(() -> placeUntil(stopped, orders));
  }

  private void placeUntil(AtomicBoolean stopped, OrdersClient orders) {
    int placed = 0;
    try {
      while (!stopped.get()) {
        String article = placed++ % UNKNOWN_EVERY == UNKNOWN_EVERY - 1 ? "X-404" : "A-119";
        acknowledged.add(orders.place("till-" + placed % CUSTOMERS, article, 1));
      }
    } catch (UncheckedIOException e) {
      // the server was killed while it answered: this order was not acknowledged
      stopped.set(true);
    }
  }

  /** Waits until the client has seen that the server is gone. */
  void end() {
    stop.set(true);
    await("the client ended").atMost(END_TIMEOUT).until(running::isDone);
    client.shutdown();
    try {
      running.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the client ended", e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new AssertionError("Placing an order failed before the kill", e.getCause());
    }
  }

  /** The orders whose placing was answered. */
  Set<Long> acknowledged() {
    return acknowledged;
  }
}
