package dev.waybill.core.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.NotDurableException;
import java.lang.reflect.Proxy;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A sync that fails comes after a COMMIT that cannot be taken back. */
@Tag("C15")
@Tag("G7")
class H2FileSyncTest {

  private final AtomicInteger tries = new AtomicInteger();

  /** A database whose first connections are refused. */
  private DataSource failing(int times) {
    return (DataSource)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (tries.incrementAndGet() <= times) {
                throw new SQLException("disk trouble");
              }
              return DriverManager.getConnection("jdbc:h2:mem:", "sa", "");
            });
  }

  @Test
  void aFailedSyncIsTriedAgain() {
    H2File.sync(failing(3));

    assertThat(tries).hasValue(4);
  }

  @Test
  void aSyncThatKeepsFailingSaysThatTheCommitHappened() {
    assertThatThrownBy(() -> H2File.sync(failing(1000)))
        .isInstanceOfSatisfying(
            NotDurableException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
              assertThat(e.retryable()).isFalse();
            })
        .hasMessageContaining("committed, not yet durable")
        .hasMessageContaining("disk trouble");
    assertThat(tries.get()).isBetween(2, 10);
  }
}
