package dev.waybill.testkit.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.QueueException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;

/** Customers who order until they are told to stop, and what they were told. */
final class Traffic implements AutoCloseable {

  private final Shop shop;
  private final ExecutorService customers = Executors.newCachedThreadPool();
  private final List<String> accepted = new CopyOnWriteArrayList<>();
  private final List<Exception> refused = new CopyOnWriteArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final Semaphore open = new Semaphore(0, true);
  private final CountDownLatch gone;
  private final int count;
  private volatile boolean going = true;

  private Traffic(Shop shop, int count) {
    this.shop = shop;
    this.count = count;
    this.gone = new CountDownLatch(count);
  }

  static Traffic of(Shop shop, int customers) {
    Traffic traffic = new Traffic(shop, customers);
    traffic.open.release(customers);
    for (int i = 0; i < customers; i++) {
      traffic.customers.execute(traffic::buy);
    }
    return traffic;
  }

  private void buy() {
    try {
      while (going) {
        open.acquire();
        try {
          order();
        } finally {
          open.release();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      gone.countDown();
    }
  }

  private void order() throws InterruptedException {
    String id = "order-" + next.incrementAndGet();
    try {
      shop.order(id);
      accepted.add(id);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      refused.add(e);
      // customers come back after a while, not at once
      new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    }
  }

  /** Nobody orders any more; those who are at it have finished. */
  void pause() {
    open.acquireUninterruptibly(count);
  }

  void resume() {
    open.release(count);
  }

  int accepted() {
    return accepted.size();
  }

  /** What customers were told when an order was not taken. */
  List<Exception> refused() {
    return List.copyOf(refused);
  }

  /** Waits until so many more orders were taken. */
  void awaitMore(int orders) {
    int before = accepted();
    try {
      await("orders go on").until(() -> accepted() >= before + orders);
    } catch (ConditionTimeoutException e) {
      if (!refused.isEmpty()) {
        e.addSuppressed(refused.get(refused.size() - 1));
      }
      throw e;
    }
  }

  /** Ends the traffic and waits until everything is handled; nothing is lost, nothing doubled. */
  void audit(String url) throws Exception {
    stop();
    await("everything is handled")
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> column(url, "select count(*) from wb_delivery").equals(List.of("0")));
    List<String> orders = column(url, "select id from orders order by id");
    assertThat(orders).as("orders, each once").doesNotHaveDuplicates().containsAll(accepted);
    List<String> handled = column(url, "select id from handled order by id");
    assertThat(handled).as("handled: lost or doubled").isEqualTo(orders);
    for (Exception e : refused) {
      if (e instanceof QueueException ours) {
        assertThat(ours.retryable()).as("retryable: %s", ours).isTrue();
      }
    }
  }

  void stop() throws InterruptedException {
    going = false;
    assertThat(gone.await(60, TimeUnit.SECONDS)).as("customers have gone").isTrue();
  }

  static List<String> column(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  @Override
  public void close() {
    going = false;
    customers.shutdownNow();
  }
}
