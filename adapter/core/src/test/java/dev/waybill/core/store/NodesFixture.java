package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.store.StoreOptions.SchemaMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** Several nodes on one database, and calls that come together. */
abstract class NodesFixture extends BranchFixture {

  private static final int JTS = 0x4A5453;

  final List<QueueStore> others = new ArrayList<>();
  final ExecutorService threads = Executors.newCachedThreadPool();
  private int global;

  @AfterEach
  void closeOthers() {
    others.forEach(QueueStore::close);
    threads.shutdownNow();
  }

  QueueStore node(String name) {
    return add(open(name, name + "-1"));
  }

  /** A node on a server of its own. */
  QueueStore server(String name) {
    StoreOptions options =
        TestStore.options(
            TestStore.pooled(new FaultyDataSource(url())),
            SchemaMode.MIGRATE,
            clock,
            true,
            name,
            name + "-1");
    return add(QueueStores.open(options, StoreAccess.open(options), "process of " + name));
  }

  QueueStore add(QueueStore opened) {
    others.add(opened);
    return opened;
  }

  /** A branch as Payara with that name makes them. */
  BranchId branchOf(String transactionManager) {
    String qualifier = transactionManager + ",1";
    return new BranchId(
        JTS,
        "0c" + (10 + global++),
        HexFormat.of().formatHex(qualifier.getBytes(StandardCharsets.ISO_8859_1)));
  }

  List<Operation> aSend() {
    return List.of(TestStore.send(ORDERS, "a", clock.now()));
  }

  static void assertRefused(Kind kind, Runnable call, String... parts) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(QueueException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContainingAll(parts);
  }

  <T> List<T> together(Collection<Callable<T>> calls) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(calls.size());
    List<Future<T>> running = new ArrayList<>();
    for (Callable<T> call : calls) {
      running.add(
          threads.submit(
              () -> {
                barrier.await();
                return call.call();
              }));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> each : running) {
      results.add(each.get(60, TimeUnit.SECONDS));
    }
    return results;
  }
}
