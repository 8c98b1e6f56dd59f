package dev.waybill.itests.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.Message;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueConsumer;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueProducer;
import dev.waybill.api.QueueReceiver;
import dev.waybill.api.ReceiveRequest;
import dev.waybill.api.ReceivedMessage;
import dev.waybill.itests.story.app.Effects;
import dev.waybill.itests.story.app.Receiving;
import jakarta.annotation.Resource;
import jakarta.ejb.EJB;
import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages that beans ask for. Runs inside the container. */
abstract class PullStory extends BeanStory {

  private static final Duration LONG = Duration.ofSeconds(60);

  @Resource(lookup = "java:app/waybill/Producer")
  private QueueProducer sender;

  @EJB private Receiving receiving;

  @EJB private Effects rows;

  @Resource private UserTransaction pullTransaction;

  private static String freshQueue() {
    return "test:pull-" + UUID.randomUUID();
  }

  private void send(String queue, String text) {
    sender.send(OutgoingMessage.to(queue).text(text).build());
  }

  @Test
  @Tag("P1")
  @Tag("P2")
  @Tag("C14")
  void aReceivedMessageIsSettledWithTheTransactionAndAStaleLeaseDoesNotSpoilIt() throws Exception {
    QueueReceiver receiver = receiving.receiver();
    String queue = freshQueue();
    send(queue, "a");
    send(queue, "b");

    pullTransaction.begin();
    rows.add(queue + " undone", 0);
    List<ReceivedMessage> received =
        receiver.receive(ReceiveRequest.from(queue).batchSize(2).batchWait(LONG).build());
    received.forEach(message -> receiver.ack(message.lease()));
    pullTransaction.rollback();

    pullTransaction.begin();
    rows.add(queue + " done", 0);
    receiver.ack(received.get(0).lease());
    assertThatThrownBy(() -> receiver.ack(received.get(0).lease()))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.CONFLICT));
    assertThatThrownBy(() -> receiver.ack("a lease of somebody else"))
        .hasMessageContaining("is not held");
    assertThat(pullTransaction.getStatus()).isEqualTo(Status.STATUS_ACTIVE);
    receiver.retry(received.get(1).lease(), Duration.ZERO);
    pullTransaction.commit();

    assertThat(rows.count(queue + " undone")).isZero();
    assertThat(rows.count(queue + " done")).isOne();
    List<ReceivedMessage> again =
        receiver.receive(ReceiveRequest.from(queue).batchSize(1).batchWait(LONG).build());
    assertThat(again).extracting(Message::text).containsExactly("b");
    assertThat(again).extracting(Message::attempts).containsExactly(2);
    again.get(0).ack();
    assertThat(receiver.tryReceive(ReceiveRequest.of(queue))).isEmpty();
  }

  @Test
  @Tag("P1")
  void aReceiverOfOneQueueIsInjected() {
    send(Receiving.ONE_QUEUE, "a");

    List<ReceivedMessage> received =
        receiving
            .receiverOfOneQueue()
            .receive(ReceiveRequest.from().batchSize(1).batchWait(LONG).build());

    assertThat(received).extracting(Message::text).containsExactly("a");
    received.get(0).ack();
  }

  @Test
  @Tag("P3")
  void nextWaitsAndCompletesWithTheTransaction() throws Exception {
    String queue = freshQueue();
    ReceiveRequest request = ReceiveRequest.from(queue).retrySchedule("0s,0s").build();
    try (QueueConsumer consumer = receiving.receiver().consumer(request)) {
      sender.send(OutgoingMessage.to(queue).text("a").delay(Duration.ofSeconds(1)).build());

      pullTransaction.begin();
      rows.add(queue + " undone", 0);
      assertThat(consumer.next(LONG)).map(Message::attempts).contains(1);
      pullTransaction.rollback();

      pullTransaction.begin();
      rows.add(queue + " done", 0);
      assertThat(consumer.next(LONG)).map(Message::attempts).contains(2);
      pullTransaction.commit();

      assertThat(consumer.tryNext()).isEmpty();
    }
    assertThat(rows.count(queue + " undone")).isZero();
    assertThat(rows.count(queue + " done")).isOne();
  }
}
