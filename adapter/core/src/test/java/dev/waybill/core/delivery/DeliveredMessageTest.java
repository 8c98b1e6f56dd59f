package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.ContentType;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.WrongBodyTypeException;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.model.BodyCodec;
import dev.waybill.core.model.DeliveryKey;
import dev.waybill.core.model.JavaBodies;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.Limits;
import dev.waybill.core.model.MessageData;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.AttemptFailure.Wish;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DeliveredMessageTest {

  private static final QueueName QUEUE = QueueName.parse("app:orders");
  private static final Lease LEASE =
      new Lease(
          new UUID(1, 1),
          new DeliveryKey(7, 1),
          QUEUE,
          new UUID(2, 2),
          3,
          true,
          new UUID(3, 3),
          RetryPolicy.DEFAULT,
          "n1/bean",
          Instant.EPOCH,
          null,
          null);

  private final List<Duration> extensions = new ArrayList<>();
  private final DeliveredMessage message = message(ContentType.JSON, "{\"a\":1}");

  private DeliveredMessage message(ContentType type, String body) {
    MessageData data =
        new MessageData(
            LEASE.messageId(),
            QUEUE,
            7,
            Instant.EPOCH,
            type,
            body.getBytes(StandardCharsets.UTF_8),
            Map.of("tenant", "t-1"),
            4,
            null,
            null,
            null,
            null,
            0);
    return new DeliveredMessage(
        new LeasedMessage(LEASE, data),
        new BodyCodec(JavaBodies.OFF),
        Limits.DEFAULT,
        extensions::add);
  }

  private static void assertKind(Kind kind, ThrowingCallable call, String... says) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(QueueException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContainingAll(says);
  }

  @Test
  void itShowsWhatWasSentAndWhichAttemptItIs() {
    assertThat(message.id()).isEqualTo(LEASE.messageId());
    assertThat(message.queue()).isEqualTo("app:orders");
    assertThat(message.position()).isEqualTo(7);
    assertThat(message.attempts()).isEqualTo(3);
    assertThat(message.header("tenant")).contains("t-1");
    assertThat(message.header("none")).isEmpty();
    assertThat(message.correlationId()).isEmpty();
    assertThat(message.deadLetter()).isEmpty();
  }

  @Test
  @Tag("S2")
  void readingAsAnotherTypeNamesTheMessageAndTheRightReader() {
    assertThat(message.json(Map.class).get("a").toString()).isEqualTo("1");
    assertThat(message.text()).isEqualTo("{\"a\":1}");
    assertThatThrownBy(message::bytes)
        .isInstanceOf(WrongBodyTypeException.class)
        .hasMessageContainingAll(LEASE.messageId().toString(), "app:orders", "json(Class)");
    DeliveredMessage text = message(ContentType.TEXT, "hello");
    assertThatThrownBy(() -> text.json(Map.class))
        .isInstanceOf(WrongBodyTypeException.class)
        .hasMessageContaining("text()");
    DeliveredMessage broken = message(ContentType.JSON, "{");
    assertThatThrownBy(() -> broken.json(Map.class)).isInstanceOf(WrongBodyTypeException.class);
  }

  @Test
  @Tag("M3")
  void theLastDecisionCounts() {
    assertThat(message.decision()).isEmpty();
    message.reject("no");
    message.retry();
    assertThat(message.decision()).contains(new Decision.TryAgain(Optional.empty()));
    message.ack();
    assertThat(message.decision()).contains(new Decision.Done());
  }

  @Test
  @Tag("M3")
  void theLastWishIsTheLastRetryWithDelayOrReject() {
    message.ack();
    message.retry();
    assertThat(message.lastWish()).isEmpty();
    message.reject("no");
    message.retry(Duration.ofSeconds(5));
    message.ack();
    assertThat(message.lastWish())
        .contains(new Decision.TryAgain(Optional.of(Duration.ofSeconds(5))));
    message.reject("never");
    assertThat(message.lastWish()).contains(new Decision.GiveUp("never"));
  }

  @Test
  @Tag("M3")
  void decisionsBecomeSettlementsOrWishes() {
    Duration delay = Duration.ofSeconds(5);
    assertThat(new Decision.Done().settlement(LEASE)).isEqualTo(new Operation.Complete(LEASE));
    assertThat(new Decision.TryAgain(Optional.of(delay)).settlement(LEASE))
        .isEqualTo(new Operation.Retry(LEASE, Optional.of(delay)));
    assertThat(new Decision.GiveUp("no").settlement(LEASE))
        .isEqualTo(new Operation.Reject(LEASE, "no"));
    assertThat(new Decision.Done().afterRollback()).isEqualTo(new Wish.TryAgain(Optional.empty()));
    assertThat(new Decision.TryAgain(Optional.of(delay)).afterRollback())
        .isEqualTo(new Wish.TryAgain(Optional.of(delay)));
    assertThat(new Decision.GiveUp("no").afterRollback()).isEqualTo(new Wish.GiveUp());
  }

  @Test
  @Tag("M8")
  void retryDelaysHaveBounds() {
    message.retry(Duration.ZERO);
    message.retry(Duration.ofHours(12));
    assertKind(Kind.INVALID, () -> message.retry(Duration.ofHours(13)), "PT13H", "maxDelay=12h");
    assertKind(Kind.INVALID, () -> message.retry(Duration.ofSeconds(-1)), "0s");
    assertKind(Kind.INVALID, () -> message.retry(null), "null");
    assertThat(message.decision())
        .contains(new Decision.TryAgain(Optional.of(Duration.ofHours(12))));
  }

  @Test
  @Tag("M14")
  @Tag("CONFLICT")
  void decisionsEndWithTheListenerAndReadingDoesNot() {
    message.listenerReturned();

    assertKind(Kind.CONFLICT, message::ack, "after its listener had returned");
    assertKind(Kind.CONFLICT, message::retry, "retry()");
    assertKind(Kind.CONFLICT, () -> message.retry(Duration.ZERO), "retry()");
    assertKind(Kind.CONFLICT, () -> message.reject("no"), "reject()");
    assertKind(Kind.CONFLICT, () -> message.extendLease(Duration.ofSeconds(1)), "extendLease()");
    assertThat(message.decision()).isEmpty();
    assertThat(message.lastWish()).isEmpty();
    assertThat(message.text()).isNotEmpty();
  }

  @Test
  @Tag("M12")
  void leasesAreExtendedByMoreThanNothing() {
    message.extendLease(Duration.ofMinutes(1));

    assertThat(extensions).containsExactly(Duration.ofMinutes(1));
    assertKind(Kind.INVALID, () -> message.extendLease(Duration.ZERO), "more than 0s");
    assertKind(Kind.INVALID, () -> message.extendLease(null), "more than 0s");
  }
}
