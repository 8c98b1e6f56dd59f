package dev.waybill.ra.outbound;

import static dev.waybill.ra.fake.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.Message;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueueProducer;
import dev.waybill.core.delivery.DeliveryTarget;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult.Failed;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult.Settled;
import dev.waybill.ra.fake.TinyAdapter;
import dev.waybill.ra.fake.TinyConnectionManager;
import dev.waybill.ra.fake.TinyConnectionManager.Support;
import dev.waybill.ra.fake.TinyEndpoints;
import dev.waybill.ra.fake.TinyTransactions;
import dev.waybill.ra.inbound.EndpointActivation;
import dev.waybill.ra.inbound.QueueActivationSpec;
import jakarta.resource.ResourceException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A bean and the producers it uses, in one transaction, are one branch. */
@Tag("C6")
class OneBranchTest {

  private final TinyTransactions transactions = new TinyTransactions();
  private final TinyAdapter adapter = new TinyAdapter(transactions, false);
  private final TinyConnectionManager pool =
      new TinyConnectionManager(transactions, Support.XA_TRANSACTION);

  private interface Handling {
    void handle(Message message);
  }

  private record Listener(Handling handling) implements QueueListener {
    @Override
    public void onMessage(Message message) {
      handling.handle(message);
    }
  }

  private QueueProducer producerOf(TinyAdapter of) {
    try {
      ProducerConnectionFactory factory = new ProducerConnectionFactory();
      factory.setResourceAdapter(of);
      return (QueueProducer) factory.createConnectionFactory(pool);
    } catch (ResourceException e) {
      throw new AssertionError(e);
    }
  }

  private DeliveryResult deliver(Handling handling) {
    QueueActivationSpec spec = new QueueActivationSpec();
    spec.setQueue("app:orders");
    try (DeliveryTarget.Endpoint endpoint =
        EndpointActivation.of(
                new TinyEndpoints(transactions, new Listener(handling), QueueListener.class, true),
                spec,
                adapter)
            .target()
            .acquire()
            .orElseThrow()) {
      return endpoint.deliver(List.of(text("hello")));
    } catch (ResourceException e) {
      throw new AssertionError(e);
    }
  }

  private static OutgoingMessage message(String text) {
    return OutgoingMessage.to("app:next").text(text).build();
  }

  @Test
  void aSendInsideADeliveryIsPartOfItsBranch() {
    QueueProducer producer = producerOf(adapter);

    DeliveryResult result = deliver(message -> producer.send(message("a")));

    assertThat(result).isEqualTo(new Settled());
    assertThat(pool.allocated).isZero();
    assertThat(transactions.trace).containsExactly("commit one phase");
    assertThat(adapter.store.sent()).containsExactly("a");
    assertThat(adapter.store.settlements()).hasSize(1);
  }

  @Test
  void aSendInsideADeliveryThatRollsBackIsNotSent() {
    QueueProducer producer = producerOf(adapter);

    DeliveryResult result =
        deliver(
            message -> {
              producer.send(message("a"));
              throw new IllegalStateException("broken");
            });

    assertThat(result).isInstanceOf(Failed.class);
    assertThat(adapter.store.committed).isEmpty();
  }

  @Test
  void twoFactoriesOfOneAdapterShareTheBranch() {
    QueueProducer one = producerOf(adapter);
    QueueProducer other = producerOf(adapter);
    transactions.begin();
    one.send(message("a"));
    other.send(message("b"));
    transactions.end(true);

    assertThat(transactions.trace).containsExactly("commit one phase");
    assertThat(adapter.store.sent()).containsExactly("a", "b");
  }

  @Test
  void aJoinedResourceNeitherPreparesNorLosesAnything() throws ResourceException {
    QueueProducer producer = producerOf(adapter);
    transactions.begin();
    producer.send(message("a"));
    transactions.enlist(adapter.newXaResource());
    producer.send(message("b"));
    transactions.end(true);

    assertThat(transactions.trace).containsExactly("commit one phase");
    assertThat(adapter.store.sent()).containsExactly("a", "b");
  }

  @Test
  void requiresNewInsideTheListenerCommitsByItself() {
    QueueProducer producer = producerOf(adapter);

    DeliveryResult result =
        deliver(
            message -> {
              producer.send(message("outer"));
              Object outer = transactions.suspend();
              transactions.begin();
              producer.send(message("inner"));
              message.reject("decided in the inner transaction");
              transactions.end(true);
              transactions.resume(outer);
              throw new IllegalStateException("broken");
            });

    assertThat(adapter.store.sent()).containsExactly("inner");
    assertThat(adapter.store.settlements()).isEmpty();
    assertThat(((Failed) result).failures().get(0).error())
        .contains("decided in the inner transaction");
  }

  @Test
  void twoAdaptersAreTwoBranchesAndTwoPhases() {
    TinyAdapter second = new TinyAdapter(transactions, false);
    QueueProducer here = producerOf(adapter);
    QueueProducer there = producerOf(second);
    transactions.begin();
    here.send(message("a"));
    there.send(message("b"));
    assertThat(transactions.branches()).isEqualTo(2);
    transactions.end(true);

    assertThat(transactions.trace).containsExactly("prepare", "prepare", "commit", "commit");
    assertThat(adapter.store.sent()).containsExactly("a");
    assertThat(second.store.sent()).containsExactly("b");
  }

  @Test
  @Tag("C8")
  void whatAListenerSendsAfterItsTransactionTimedOutIsNeverCommitted() {
    QueueProducer producer = producerOf(adapter);

    DeliveryResult result =
        deliver(
            message -> {
              producer.send(message("a"));
              transactions.timeOut();
              producer.send(message("zombie"));
            });

    assertThat(((Failed) result).failures().get(0).error()).contains("can no longer commit");
    assertThat(adapter.store.committed).isEmpty();
  }

  @Test
  @Tag("C8")
  void norIsItWhereTheServerTakesTheTransactionFromTheThread() {
    QueueProducer producer = producerOf(adapter);

    DeliveryResult result =
        deliver(
            message -> {
              transactions.timeOut();
              Object ended = transactions.suspend();
              try {
                producer.send(message("zombie"));
              } finally {
                transactions.resume(ended);
              }
            });

    assertThat(((Failed) result).failures().get(0).error()).contains("gone or suspended");
    assertThat(adapter.store.committed).isEmpty();
  }
}
