package dev.waybill.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.store.StoreOptions.SchemaMode;
import dev.waybill.core.store.StoreOptions.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;

/** Several nodes meet an empty database at once. */
abstract class MigrationContract {

  private static final int NODES = 4;

  /** A database that only this test uses; each node has connections of its own. */
  abstract Source source();

  abstract Jdbc jdbc();

  @RepeatedTest(3)
  void oneMigratesAndAllOpen() throws Exception {
    SettableClock clock = new SettableClock();
    CyclicBarrier start = new CyclicBarrier(NODES);
    ExecutorService threads = Executors.newFixedThreadPool(NODES);
    try {
      List<CompletableFuture<QueueStore>> opening = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        String node = "n" + i;
        opening.add(
            CompletableFuture.supplyAsync(
                () -> {
                  await(start);
                  return QueueStores.open(
                      TestStore.options(
                          source(), SchemaMode.MIGRATE, clock, true, node, node + "-1"));
                },
                threads));
      }
      for (CompletableFuture<QueueStore> each : opening) {
        each.get(60, TimeUnit.SECONDS).close();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(jdbc().texts("select script from wb_schema")).doesNotHaveDuplicates().isNotEmpty();
    assertThat(jdbc().number("select count(*) from wb_schema_lock")).isOne();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
