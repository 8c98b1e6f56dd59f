package dev.waybill.api.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueProducer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is injected with {@link Queue}. */
class ProducerOfQueueTest {

  private final List<OutgoingMessage> sent = new ArrayList<>();
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
  @Tag("INVALID")
  void aMessageToAnotherQueueIsRefused() {
    assertThatThrownBy(() -> orders.send(OutgoingMessage.to("app:invoices").text("a").build()))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
        .hasMessageContainingAll("app:invoices", "@Queue(\"app:orders\")", "Nothing was sent");
    assertThat(sent).isEmpty();
  }
}
