package dev.waybill.ra.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.MessageStream;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueProducer;
import dev.waybill.ra.fake.TinyAdapter;
import dev.waybill.ra.fake.TinyConnectionManager;
import dev.waybill.ra.fake.TinyConnectionManager.Support;
import dev.waybill.ra.fake.TinyTransactions;
import jakarta.resource.ResourceException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream as an application has it, without a container. */
@Tag("S11")
class JndiMessageStreamTest {

  private final TinyTransactions transactions = new TinyTransactions();
  private final TinyConnectionManager pool =
      new TinyConnectionManager(transactions, Support.XA_TRANSACTION);
  private final ProducerConnectionFactory factory = new ProducerConnectionFactory();

  private TinyAdapter start(boolean joined) throws ResourceException {
    TinyAdapter adapter = new TinyAdapter(transactions, joined);
    factory.setResourceAdapter(adapter);
    return adapter;
  }

  private MessageStream stream() {
    return ((QueueProducer) factory.createConnectionFactory(pool)).stream("till 1", 3);
  }

  private static OutgoingMessage message(String text) {
    return OutgoingMessage.to("app:orders").text(text).build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sendsWithoutTransactionsLookOnlyWhereTheWindowMayBeFull(boolean joined) throws Exception {
    TinyAdapter adapter = start(joined);
    MessageStream stream = stream();
    assertThat(stream.producerId()).isEqualTo("till 1");
    assertThat(stream.send(message("a")).sequence()).isEqualTo(1);
    assertThat(stream.send(2, message("b")).sequence()).isEqualTo(2);
    assertThat(stream.send(1, message("a")).duplicate()).isTrue();
    assertThat(stream.send(message("c"), Duration.ZERO).sequence()).isEqualTo(3);
    assertThat(adapter.store.sent()).containsExactly("a", "b", "c");
    assertThat(adapter.store.calls)
        .containsExactly(
            "takeOver till 1", "commitLocal NONE", "commitLocal NONE", "commitLocal NONE");
    assertThat(pool.allocated).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eachTransactionLooksOnceAndSendsWithItsBranch(boolean joined) throws Exception {
    TinyAdapter adapter = start(joined);
    MessageStream stream = stream();
    transactions.begin();
    stream.send(message("a"));
    stream.send(message("b"));
    assertThat(adapter.store.sent()).isEmpty();
    transactions.end(true);
    assertThat(adapter.store.sent()).containsExactly("a", "b");
    assertThat(adapter.store.calls).containsOnlyOnce("look at [till 1]");
    assertThat(pool.allocated).isEqualTo(joined ? 0 : 1);
  }

  @Test
  @Tag("CONFLICT")
  @Tag("UNAVAILABLE")
  void aStreamEndsWithTheAdapterThatOpenedIt() throws Exception {
    TinyAdapter adapter = start(false);
    MessageStream stream = stream();
    adapter.stopped = true;
    assertThatThrownBy(() -> stream.send(message("a")))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));

    TinyAdapter next = start(false);
    assertThatThrownBy(() -> stream.send(message("a")))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
        .hasMessage(
            "The stream of producer \"till 1\" was opened before Waybill was stopped and started"
                + " again. Nothing was sent. Open it again with stream(…).");
    assertThat(next.store.sent()).isEmpty();
  }
}
