package dev.waybill.api.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.Confirmation;
import dev.waybill.api.MessageStream;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueProducer;
import dev.waybill.api.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is injected with {@link Queue}. */
class ProducerOfQueueTest {

  private final List<OutgoingMessage> sent = new ArrayList<>();
  private final List<String> waits = new ArrayList<>();
  private final ProducerOfQueue orders = new ProducerOfQueue("app:orders", Recorder::new);

  private final class Recorder implements QueueProducer {
    @Override
    public UUID send(OutgoingMessage message) {
      sent.add(message);
      return new UUID(7, sent.size());
    }

    @Override
    public List<UUID> sendBatch(List<OutgoingMessage> messages) {
      return messages.stream().map(this::send).toList();
    }

    @Override
    public Reply sendAndWait(OutgoingMessage message, Duration timeout) {
      return sendAndWait(message, "default", timeout);
    }

    @Override
    public Reply sendAndWait(OutgoingMessage message, String group, Duration timeout) {
      waits.add(send(message) + " " + group + " " + timeout);
      return null;
    }

    @Override
    public CompletionStage<Confirmation> whenSettled(UUID messageId) {
      return whenSettled(messageId, "default");
    }

    @Override
    public CompletionStage<Confirmation> whenSettled(UUID messageId, String group) {
      waits.add(messageId + " " + group);
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<UUID> sendAsync(OutgoingMessage message) {
      return CompletableFuture.completedStage(send(message));
    }

    @Override
    public MessageStream stream(String producerId, int maxOutstanding) {
      return new RecordedStream(this, producerId);
    }
  }

  /** Sends by a producer. */
  private record RecordedStream(QueueProducer producer, String producerId)
      implements MessageStream {

    @Override
    public Sent send(OutgoingMessage message, Duration wait) {
      return send(1, message, wait);
    }

    @Override
    public Sent send(long sequence, OutgoingMessage message, Duration wait) {
      return new Sent(sequence, Optional.of(producer.send(message)));
    }

    @Override
    public long lastSequence() {
      return 2;
    }

    @Override
    public long lastAcknowledged() {
      return 1;
    }

    @Override
    public void close() {}
  }

  @Test
  @Tag("S11")
  void aStreamToo() {
    try (MessageStream stream = orders.stream("till 1", 10)) {
      assertThat(stream.producerId()).isEqualTo("till 1");
      stream.send(OutgoingMessage.unaddressed().text("a").build());
      assertThat(stream.send(2, OutgoingMessage.unaddressed().text("b").build()).sequence())
          .isEqualTo(2);
      assertThat(stream.lastSequence()).isEqualTo(2);
      assertThat(stream.lastAcknowledged()).isEqualTo(1);
    }
    assertThat(sent).extracting(OutgoingMessage::queue).containsExactly("app:orders", "app:orders");
  }

  @Test
  void whatNamesNoQueueGoesToItsOwn() {
    UUID id =
        orders.send(OutgoingMessage.unaddressed().text("a").priority(7).orderingKey("k").build());

    assertThat(id).isEqualTo(new UUID(7, 1));
    assertThat(sent.get(0))
        .usingRecursiveComparison()
        .isEqualTo(OutgoingMessage.to("app:orders").text("a").priority(7).orderingKey("k").build());
  }

  @Test
  void aBatchToo() {
    assertThat(
            orders.sendBatch(
                List.of(
                    OutgoingMessage.unaddressed().text("a").build(),
                    OutgoingMessage.to("app:orders").text("b").build())))
        .containsExactly(new UUID(7, 1), new UUID(7, 2));
    assertThat(sent).extracting(OutgoingMessage::queue).containsOnly("app:orders");
  }

  @Test
  void waitsAndNonBlockingSendsToo() {
    OutgoingMessage unaddressed = OutgoingMessage.unaddressed().text("a").build();
    UUID first = new UUID(7, 1);
    orders.sendAndWait(unaddressed, Duration.ofSeconds(1));
    orders.sendAndWait(unaddressed, "billing", Duration.ofSeconds(2));
    assertThat(orders.sendAsync(unaddressed)).isCompletedWithValue(new UUID(7, 3));
    assertThat(orders.whenSettled(first)).isCompleted();
    assertThat(orders.whenSettled(first, "billing")).isCompleted();

    assertThat(sent).hasSize(3).extracting(OutgoingMessage::queue).containsOnly("app:orders");
    assertThat(waits)
        .containsExactly(
            first + " default PT1S",
            new UUID(7, 2) + " billing PT2S",
            first + " default",
            first + " billing");
    assertThat(orders.sendAsync(OutgoingMessage.to("app:invoices").text("a").build()))
        .isCompletedExceptionally();
  }

  @Test
  @Tag("INVALID")
  void aMessageToAnotherQueueIsRefused() {
    assertThatThrownBy(() -> orders.send(OutgoingMessage.to("app:invoices").text("a").build()))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
        .hasMessageContainingAll("app:invoices", "@Queue(\"app:orders\")", "Nothing was sent");
    assertThat(sent).isEmpty();
  }
}
