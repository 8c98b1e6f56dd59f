package dev.waybill.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.store.StoreOptions.Source;
import dev.waybill.testkit.postgres.SharedPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Ordering keys on PostgreSQL. */
class PostgresKeyTest extends KeyContract {

  private final String url = SharedPostgres.freshUrl();
  private final List<FaultyDataSource> own = new ArrayList<>();

  @Override
  String url() {
    return url;
  }

  @Override
  Source source(EnlistingDataSource application) {
    FaultyDataSource database = new FaultyDataSource(url());
    own.add(database);
    return new Source.Joined(application, "jdbc/app", Optional.of(database), true);
  }

  /** As a process that is stopped, or the machine of one that is suspended. */
  @Test
  void aNodeThatStandsStillWithAKeyIsNotWaitedForLong() {
    commitInLine(send("k", "a"));
    commit(send("k", "b"));
    CountDownLatch still = new CountDownLatch(1);
    CountDownLatch wakes = new CountDownLatch(1);
    own.get(0)
        .refuse(
            statement -> {
              if (statement.startsWith("delete from wb_key_news")) {
                still.countDown();
                awaitThat(wakes);
              }
              return false;
            });
    CompletableFuture<Void> line = CompletableFuture.runAsync(this::lineUp);
    awaitThat(still);
    assertThat(two.upkeep().lineUp(100).keys()).as("keys while it is held").isZero();

    await("the other node has the key").until(() -> two.upkeep().lineUp(100).keys() == 1);

    wakes.countDown();
    assertThatThrownBy(line::join).hasMessageContaining("idle-in-transaction timeout");
    commitInLine(new Complete(leased("a")));
    commitInLine(new Complete(leased("b")));
    nothingIsLeft();
  }

  private static void awaitThat(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
