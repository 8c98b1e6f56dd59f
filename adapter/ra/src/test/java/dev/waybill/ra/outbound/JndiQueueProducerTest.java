package dev.waybill.ra.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueProducer;
import dev.waybill.core.branch.TransactedDelivery;
import dev.waybill.ra.LogLines;
import dev.waybill.ra.fake.FakeStore.Fault;
import dev.waybill.ra.fake.TinyAdapter;
import dev.waybill.ra.fake.TinyConnectionManager;
import dev.waybill.ra.fake.TinyConnectionManager.Support;
import dev.waybill.ra.fake.TinyTransactions;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ResourceAllocationException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a send commits, for each kind of pool and path. */
class JndiQueueProducerTest {

  private final TinyTransactions transactions = new TinyTransactions();
  private TinyAdapter adapter = new TinyAdapter(transactions, false);
  private TinyConnectionManager pool =
      new TinyConnectionManager(transactions, Support.XA_TRANSACTION);

  private QueueProducer producer() {
    try {
      ProducerConnectionFactory factory = new ProducerConnectionFactory();
      factory.setResourceAdapter(adapter);
      return (QueueProducer) factory.createConnectionFactory(pool);
    } catch (ResourceException e) {
      throw new AssertionError(e);
    }
  }

  private void onJoinedPath() {
    adapter = new TinyAdapter(transactions, true);
  }

  private static OutgoingMessage message(String text) {
    return OutgoingMessage.to("app:orders").text(text).build();
  }

  private static void assertRefused(Kind kind, QueueProducer producer, String... says) {
    assertThatThrownBy(() -> producer.send(message("refused")))
        .isInstanceOfSatisfying(QueueException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContainingAll(says);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("S1")
  @Tag("C5")
  void withoutATransactionASendIsCommittedAndNothingIsAllocated(boolean joined) {
    if (joined) {
      onJoinedPath();
    }

    UUID id = producer().send(message("a"));

    assertThat(id.version()).isEqualTo(7);
    assertThat(adapter.store.sent()).containsExactly("a");
    assertThat(adapter.store.calls).containsExactly("commitLocal NONE");
    assertThat(pool.allocated).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("S1")
  void inATransactionASendBecomesVisibleIfAndOnlyIfItCommits(boolean joined) {
    if (joined) {
      onJoinedPath();
    }
    QueueProducer producer = producer();

    transactions.begin();
    producer.send(message("a"));
    assertThat(adapter.store.sent()).isEmpty();
    transactions.end(true);
    transactions.begin();
    producer.send(message("b"));
    transactions.end(false);
    transactions.begin();
    producer.sendBatch(List.of(message("c"), message("d")));
    transactions.end(true);

    assertThat(adapter.store.sent()).containsExactly("a", "c", "d");
  }

  @Test
  @Tag("C6")
  void theFirstSendOfATransactionAllocatesAndClosesOneConnection() {
    QueueProducer producer = producer();
    transactions.begin();
    producer.send(message("a"));
    producer.send(message("b"));
    producer.sendBatch(List.of(message("c")));

    assertThat(pool.allocated).isEqualTo(1);
    assertThat(pool.closed).isEqualTo(1);
    assertThat(transactions.branches()).isEqualTo(1);
    transactions.end(true);
    assertThat(transactions.trace).containsExactly("commit one phase");
    assertThat(adapter.store.sent()).containsExactly("a", "b", "c");
  }

  @Test
  @Tag("C5")
  void onTheJoinedPathNothingIsAllocatedOrEnlisted() {
    onJoinedPath();
    QueueProducer producer = producer();
    transactions.begin();
    producer.send(message("a"));

    assertThat(pool.allocated).isZero();
    assertThat(transactions.branches()).isZero();
    assertThat(adapter.store.calls).containsExactly("writeJoined ACTIVE");
  }

  @Test
  @Tag("C5")
  void onTheJoinedPathThePoolsTransactionSupportDoesNotMatter() {
    onJoinedPath();
    pool = new TinyConnectionManager(transactions, Support.NO_TRANSACTION);
    QueueProducer producer = producer();
    transactions.begin();
    producer.send(message("a"));
    transactions.end(true);

    assertThat(adapter.store.sent()).containsExactly("a");
  }

  @ParameterizedTest
  @EnumSource(
      value = Support.class,
      names = {"NO_TRANSACTION", "LOCAL_TRANSACTION"})
  @Tag("S1")
  void aPoolThatDoesNotEnlistIsRefusedInATransactionWithTheFix(Support support) {
    pool = new TinyConnectionManager(transactions, support);
    QueueProducer producer = producer();
    transactions.begin();

    assertRefused(
        Kind.INVALID,
        producer,
        "pool of QueueProducer",
        "Nothing was sent",
        "transactionSupport = XATransaction",
        "@ConnectionFactoryDefinition",
        "--transactionsupport XATransaction");
    assertThat(pool.closed).isEqualTo(pool.allocated);

    transactions.end(true);
    assertThat(adapter.store.sent()).isEmpty();
    producer.send(message("without a transaction"));
    assertThat(adapter.store.sent()).containsExactly("without a transaction");
  }

  @Test
  void aPoolThatGivesNoConnectionIsUnavailable() {
    pool.failure = new ResourceAllocationException("pool exhausted");
    QueueProducer producer = producer();
    transactions.begin();

    assertRefused(Kind.UNAVAILABLE, producer, "pool exhausted", "Nothing was sent");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("C8")
  void aTransactionThatCannotCommitTakesNoSend(boolean joined) {
    if (joined) {
      onJoinedPath();
    }
    QueueProducer producer = producer();
    transactions.begin();
    producer.send(message("a"));
    transactions.setRollbackOnly();
    assertRefused(Kind.INVALID, producer, "can no longer commit");
    transactions.end(true);

    transactions.begin();
    producer.send(message("b"));
    transactions.timeOut();
    assertRefused(Kind.INVALID, producer, "can no longer commit");
    transactions.end(true);

    assertThat(adapter.store.sent()).isEmpty();
  }

  @Test
  @Tag("C8")
  void aTransactedDeliveryWhoseTransactionIsGoneSendsNothing() {
    TransactedDelivery.enter("gone", mark -> true);
    try {
      assertRefused(Kind.INVALID, producer(), "its transaction is gone or suspended");
    } finally {
      TransactedDelivery.leave();
    }
    assertThat(adapter.store.sent()).isEmpty();
  }

  @Test
  void aStoppedAdapterIsUnavailable() {
    QueueProducer producer = producer();
    producer.send(message("a"));
    adapter.stop();

    assertRefused(Kind.UNAVAILABLE, producer, "stopped");
  }

  @Test
  void aFactoryWithoutItsAdapterIsUnavailable() throws ResourceException {
    QueueProducer producer =
        (QueueProducer) new ProducerConnectionFactory().createConnectionFactory(pool);

    assertRefused(Kind.UNAVAILABLE, producer, "waybill.rar");
  }

  @Test
  void errorsOfTheStoreComeAsTheyAre() {
    adapter.store.fault = Fault.UNAVAILABLE;

    assertRefused(Kind.UNAVAILABLE, producer(), "out of reach");
  }

  @Test
  @Tag("S2")
  void everyBodyAProducerTakesIsSent() {
    QueueProducer producer = producer();

    producer.send(OutgoingMessage.to("app:orders").json(List.of("a", 1)).build());
    producer.send(OutgoingMessage.to("app:orders").bytes(new byte[] {65}).build());

    assertThat(adapter.store.sent()).containsExactly("[\"a\",1]", "A");
  }

  @Test
  void itsCommitPathIsSaidOnce() {
    QueueProducer producer = producer();
    try (LogLines log = new LogLines()) {
      producer.send(message("a"));
      producer.send(message("b"));

      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("QueueProducer", "xa path (test)");
    }
  }
}
