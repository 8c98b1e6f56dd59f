package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.SHIPMENTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.NewMessage.Deduplication;
import dev.waybill.core.model.QueueName;
import java.sql.SQLException;
import java.time.Duration;
import javax.transaction.xa.XAException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two nodes that send messages with deduplication ids. */
abstract class DeduplicationFixture {

  static final Duration WINDOW = Duration.ofHours(1);

  final SettableClock clock = new SettableClock();
  SendingNode one;
  SendingNode two;
  Jdbc jdbc;

  /** The URL of a fresh, empty database, the same each time. */
  abstract String url();

  /** A query of how long the session waits for a lock. */
  abstract String lockWait();

  @BeforeEach
  void open() {
    jdbc = new Jdbc(url());
    jdbc.execute("create table ledger (id int primary key)");
    one = new SendingNode("n1", url(), clock);
    two = new SendingNode("n2", url(), clock);
    one.store.queues().require(ORDERS);
    one.store.queues().require(SHIPMENTS);
  }

  @AfterEach
  void close() {
    two.close();
    one.close();
  }

  // ---- repeats

  void prune() {
    Duration kept = Duration.ofDays(1000);
    two.store.upkeep().prune(new Upkeep.Retention(kept, kept), 100);
  }

  // ---- words

  void sendLocal(NewMessage message) {
    try {
      one.send(Path.LOCAL, message);
    } catch (SQLException | XAException e) {
      throw new IllegalStateException(e);
    }
  }

  static void assertUndecided(ThrowingCallable send) {
    assertThatThrownBy(send)
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
              assertThat(e.retryable()).isTrue();
            })
        .hasMessageContainingAll(
            "deduplication id", "app:orders", "open or in doubt", "Send again");
  }

  static void assertRolledBack(ThrowingCallable decision) {
    XAException thrown = catchThrowableOfType(XAException.class, decision);
    assertThat(thrown).isNotNull();
    assertThat(thrown.errorCode)
        .as(thrown.getMessage())
        .isBetween(XAException.XA_RBBASE, XAException.XA_RBEND);
    assertThat(thrown).hasMessageContaining("deduplication id");
  }

  NewMessage order(String text, String id) {
    return message(ORDERS, text, id);
  }

  NewMessage message(QueueName queue, String text, String id) {
    return TestStore.once(queue, text, clock.now(), new Deduplication(id, WINDOW));
  }

  long messages() {
    return jdbc.number("select count(*) from wb_message");
  }

  long rows() {
    return jdbc.number("select count(*) from wb_deduplication");
  }
}
