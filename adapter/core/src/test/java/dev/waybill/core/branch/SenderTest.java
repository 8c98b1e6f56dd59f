package dev.waybill.core.branch;

import static dev.waybill.core.branch.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.InMemoryBranchStore.Fault;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.model.BodyCodec;
import dev.waybill.core.model.JavaBodies;
import dev.waybill.core.model.Limits;
import dev.waybill.core.model.MessageEncoder;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.QueueSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a send does to the caller's branch, and what it refuses. */
class SenderTest {

  private static final Supplier<XaBranch> NO_TRANSACTION =
      () -> {
        throw new AssertionError("enlisted");
      };

  private final InMemoryBranchStore store = new InMemoryBranchStore();
  private final List<QueueName> required = new ArrayList<>();
  private final RecordedEvents events = new RecordedEvents();
  private final Sender sender =
      sender(new Limits(1000, 3, 1500, Duration.ofHours(12), Duration.ofHours(1)));

  private Sender sender(Limits limits) {
    FakeTransaction transaction = new FakeTransaction();
    QueueDirectory queues =
        new QueueDirectory() {
          @Override
          public QueueSettings require(QueueName name) {
            required.add(name);
            return new QueueSettings(name, Duration.ofSeconds(5));
          }

          @Override
          public void configure(QueueSettings settings) {
            throw new UnsupportedOperationException();
          }
        };
    return new Sender(
        new MessageEncoder(limits, () -> NOW, new Random(1), new BodyCodec(JavaBodies.OFF)),
        queues,
        new CurrentBranch(
            transaction,
            new LocalBranch(store, events),
            Optional.empty(),
            new XaBranches(() -> store, transaction, events, new LaterTasks())));
  }

  private static OutgoingMessage text(int bytes) {
    return OutgoingMessage.to("app:orders").text("x".repeat(bytes)).build();
  }

  private NewMessage written(int index) {
    return ((Enqueue) store.committed.get(index)).message();
  }

  private void assertRefused(Kind kind, ThrowingCallable call, String... says) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(QueueException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContainingAll(says);
    assertThat(store.calls).isEmpty();
    assertThat(events.visible).isEmpty();
  }

  @Test
  @Tag("S1")
  void aSendOutsideATransactionIsCommittedWhenItReturns() {
    UUID id = sender.send(text(1), NO_TRANSACTION);

    assertThat(written(0).id()).isEqualTo(id);
    assertThat(events.visible).hasSize(1);
  }

  @Test
  @Tag("S5")
  void aBatchIsOneWriteInOrder() {
    List<UUID> ids = sender.sendBatch(List.of(text(1), text(2), text(3)), NO_TRANSACTION);

    assertThat(store.calls).containsExactly("commitLocal");
    assertThat(store.committed)
        .extracting(operation -> ((Enqueue) operation).message().id())
        .containsExactlyElementsOf(ids);
  }

  @Test
  @Tag("S5")
  @Tag("TOO_LARGE")
  void aBatchOverItsCountNamesTheFirstTooMany() {
    assertRefused(
        Kind.TOO_LARGE,
        () -> sender.sendBatch(List.of(text(1), text(1), text(1), text(1)), NO_TRANSACTION),
        "4 messages",
        "maxBatchMessages is 3",
        "message 3");
  }

  @Test
  @Tag("S5")
  @Tag("TOO_LARGE")
  void aBatchOverItsBytesNamesTheFirstTooMany() {
    assertRefused(
        Kind.TOO_LARGE,
        () -> sender.sendBatch(List.of(text(900), text(900)), NO_TRANSACTION),
        "Message 1 of the batch",
        "maxBatchBytes is 1500",
        "Nothing was sent");
  }

  @Test
  @Tag("S5")
  void oneBadMessageRefusesTheBatchAndIsNamed() {
    assertRefused(
        Kind.INVALID,
        () ->
            sender.sendBatch(
                List.of(text(1), OutgoingMessage.to("app:orders").build()), NO_TRANSACTION),
        "Message 1 of the batch",
        "app:orders",
        "no body",
        "Nothing was sent");
    assertRefused(
        Kind.INVALID,
        () -> sender.sendBatch(Arrays.asList(text(1), null), NO_TRANSACTION),
        "Message 1 of the batch",
        "null");
  }

  @Test
  @Tag("S5")
  void anEmptyBatchIsRefused() {
    assertRefused(Kind.INVALID, () -> sender.sendBatch(List.of(), NO_TRANSACTION), "empty");
    assertRefused(Kind.INVALID, () -> sender.sendBatch(null, NO_TRANSACTION), "empty");
  }

  @Test
  @Tag("S6")
  @Tag("TOO_LARGE")
  void aMessageOverItsSizeIsRefusedWithTheLimit() {
    assertRefused(
        Kind.TOO_LARGE,
        () -> sender.send(text(1001), NO_TRANSACTION),
        "Message to app:orders",
        "1001 bytes",
        "maxMessageBytes is 1000");
  }

  @Test
  void aBadQueueNameIsRefusedBeforeTheQueueIsCreated() {
    OutgoingMessage message = OutgoingMessage.to("orders").text("x").build();

    assertRefused(
        Kind.INVALID, () -> sender.send(message, NO_TRANSACTION), "\"orders\"", "app:orders");
    assertRefused(
        Kind.INVALID,
        () ->
            sender.send(
                OutgoingMessage.to("app:orders").text("x").priority(10).build(), NO_TRANSACTION),
        "app:orders",
        "priority=10",
        "0 (last) to 9 (first)");
    assertThat(required).isEmpty();
  }

  @Test
  @Tag("S4")
  void theQueuesDefaultDelayHoldsUnlessTheMessageHasItsOwn() {
    sender.send(text(1), NO_TRANSACTION);
    sender.send(
        OutgoingMessage.to("app:orders").text("x").delay(Duration.ZERO).build(), NO_TRANSACTION);

    assertThat(written(0).availableAt()).isEqualTo(NOW.plusSeconds(5));
    assertThat(written(1).availableAt()).isEqualTo(NOW);
  }

  @Test
  @Tag("S1")
  @Tag("G7")
  @Tag("UNAVAILABLE")
  void aCommitWithoutAnAnswerIsNotRetryableAndItsQueueIsLookedAt() {
    for (Fault fault : List.of(Fault.UNDECIDED_DONE, Fault.UNDECIDED_NOT_DONE)) {
      store.fault = fault;
      events.visible.clear();

      assertThatThrownBy(() -> sender.send(text(1), NO_TRANSACTION))
          .isInstanceOfSatisfying(
              UndecidedException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
                assertThat(e.retryable()).isFalse();
              });
      assertThat(events.visible).hasSize(1);
    }
    assertThat(store.committed).hasSize(1);
  }

  @Test
  @Tag("UNAVAILABLE")
  void aStoreOutOfReachIsRetryable() {
    store.fault = Fault.UNAVAILABLE;

    assertThatThrownBy(() -> sender.send(text(1), NO_TRANSACTION))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
              assertThat(e.retryable()).isTrue();
            });
    assertThat(events.visible).isEmpty();
  }
}
