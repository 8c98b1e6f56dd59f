package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.GROUP;
import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.SHIPMENTS;
import static dev.waybill.core.store.TestStore.message;
import static dev.waybill.core.store.TestStore.request;
import static dev.waybill.core.store.TestStore.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.ContentType;
import dev.waybill.api.QueueException;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.MessageData;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.QueueSettings;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What any store must do about sending, claiming and queues. */
abstract class MessageContract extends StoreFixture {

  // ---- sending and claiming

  @Test
  @Tag("S1")
  void aCommittedMessageIsClaimedAsItWasSent() {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("text", "ä \"quoted\"");
    headers.put("long", Long.MAX_VALUE);
    headers.put("double", 5.0);
    headers.put("large", 1.0e300);
    headers.put("infinite", Double.POSITIVE_INFINITY);
    headers.put("flag", true);
    NewMessage sent =
        new NewMessage(
            UUID.randomUUID(),
            ORDERS,
            clock.now().plusNanos(123_456_000),
            ContentType.BYTES,
            new byte[] {0, 1, -1},
            headers,
            9,
            "c-1",
            clock.now(),
            null,
            null);
    commit(new Enqueue(sent));

    LeasedMessage claimed = claimOne();

    MessageData message = claimed.message();
    assertThat(message.id()).isEqualTo(sent.id());
    assertThat(message.queue()).isEqualTo(ORDERS);
    assertThat(message.timestamp()).isEqualTo(sent.timestamp());
    assertThat(message.contentType()).isEqualTo(ContentType.BYTES);
    assertThat(message.body()).isEqualTo(sent.body());
    assertThat(message.headers()).isEqualTo(headers);
    assertThat(message.priority()).isEqualTo(9);
    assertThat(message.correlationId()).isEqualTo("c-1");
    assertThat(message.deadLetter()).isNull();
    assertThat(claimed.lease().attempt()).isEqualTo(1);
    assertThat(claimed.lease().counted()).isTrue();
    assertThat(claimed.lease().messageId()).isEqualTo(sent.id());
  }

  @Test
  @Tag("S6")
  void aBodyBeyondTheSmallColumnIsKept() {
    byte[] body = new byte[1024 * 1024 + 1];
    body[1024 * 1024] = 7;
    Instant now = clock.now();
    commit(
        new Enqueue(
            new NewMessage(
                UUID.randomUUID(),
                ORDERS,
                now,
                ContentType.BYTES,
                body,
                Map.of(),
                4,
                null,
                now,
                null,
                null)));

    assertThat(claimOne().message().body()).isEqualTo(body);
  }

  @Test
  @Tag("S5")
  void aBatchKeepsItsOrder() {
    Operation[] batch = new Operation[100];
    for (int i = 0; i < batch.length; i++) {
      batch[i] = send(ORDERS, "m" + i, clock.now());
    }
    commit(batch);

    List<LeasedMessage> claimed = claim(100);

    assertThat(claimed).extracting(TestStore::text).startsWith("m0", "m1").endsWith("m99");
    assertThat(claimed).extracting(m -> m.message().position()).isSorted();
  }

  @Test
  void aClaimTakesNoMoreThanAskedAndNothingTwice() {
    commit(send(ORDERS, "a", clock.now()), send(ORDERS, "b", clock.now()));
    commit(send(ORDERS, "c", clock.now()));

    assertThat(claim(2)).extracting(TestStore::text).containsExactly("a", "b");
    assertThat(claim(2)).extracting(TestStore::text).containsExactly("c");
    assertThat(claim(2)).isEmpty();
  }

  @Test
  @Tag("S7")
  void priorityIsWorthAgeingAndNoMore() {
    commit(new Enqueue(message(ORDERS, "low", 0, clock.now(), clock.now())));
    clock.advance(Duration.ofMinutes(9).minusMillis(1));
    commit(new Enqueue(message(ORDERS, "passes", 9, clock.now(), clock.now())));
    clock.advance(Duration.ofMillis(2));
    commit(new Enqueue(message(ORDERS, "too late", 9, clock.now(), clock.now())));

    assertThat(claim(3)).extracting(TestStore::text).containsExactly("passes", "low", "too late");
  }

  @Test
  @Tag("S7")
  void withoutAgeingAvailabilityAloneDecidesAndThenThePosition() {
    try (QueueStore unaged = QueueStores.open(TestStore.withoutAgeing(source(), clock))) {
      unaged
          .branches()
          .commitLocal(
              List.of(
                  new Enqueue(message(ORDERS, "low", 0, clock.now(), clock.now())),
                  new Enqueue(message(ORDERS, "beside it", 9, clock.now(), clock.now()))));
      clock.advance(Duration.ofMillis(1));
      unaged
          .branches()
          .commitLocal(List.of(new Enqueue(message(ORDERS, "high", 9, clock.now(), clock.now()))));

      UUID own = unaged.leases().openTerm("n2/bean", clock.now().plus(LEASE));
      assertThat(unaged.leases().claim(request(own, 3, RetryPolicy.DEFAULT, ORDERS)))
          .extracting(TestStore::text)
          .containsExactly("low", "beside it", "high");
    }
  }

  @Test
  @Tag("S7")
  void whatIsOlderByOneAgeingAndOnePriorityLowerTiesAndGoesByPosition() {
    commit(new Enqueue(message(ORDERS, "older", 4, clock.now(), clock.now())));
    clock.advance(Duration.ofMinutes(1));
    commit(new Enqueue(message(ORDERS, "higher", 5, clock.now(), clock.now())));
    Instant due = clock.now().plus(Duration.ofMinutes(1));
    commit(new Enqueue(message(ORDERS, "higher, sent first", 5, clock.now(), due)));
    commit(new Enqueue(message(ORDERS, "older, sent second", 4, clock.now(), clock.now())));
    clock.advance(Duration.ofMinutes(1));

    assertThat(claim(4))
        .extracting(TestStore::text)
        .containsExactly("older", "higher", "higher, sent first", "older, sent second");
  }

  @Test
  @Tag("S4")
  void aDelayedMessageIsClaimedWhenItIsDue() {
    Instant due = clock.now().plusSeconds(10);
    commit(new Enqueue(message(ORDERS, "later", 4, clock.now(), due)));

    assertThat(claim(1)).isEmpty();
    assertThat(store.leases().nextDue(List.of(ORDERS, SHIPMENTS), GROUP)).contains(due);
    clock.advance(Duration.ofSeconds(10));
    assertThat(claim(1)).extracting(TestStore::text).containsExactly("later");
    assertThat(store.leases().nextDue(List.of(ORDERS), GROUP)).isEmpty();
  }

  @Test
  @Tag("S7")
  void aDelayedMessageRanksFromTheTimeItIsDue() {
    commit(new Enqueue(message(ORDERS, "delayed", 5, clock.now(), clock.now().plusSeconds(90))));
    clock.advance(Duration.ofSeconds(40));
    commit(send(ORDERS, "earlier", clock.now().minusSeconds(11)));
    commit(send(ORDERS, "later", clock.now().minusSeconds(9)));
    clock.advance(Duration.ofSeconds(60));

    assertThat(claim(3)).extracting(TestStore::text).containsExactly("delayed", "earlier", "later");
  }

  @Test
  @Tag("M6")
  void severalQueuesTakeTurns() {
    for (int i = 0; i < 10; i++) {
      commit(send(ORDERS, "o" + i, clock.now()));
    }
    commit(send(SHIPMENTS, "s", clock.now()));
    ClaimRequest both = request(term, 1, RetryPolicy.DEFAULT, ORDERS, SHIPMENTS);

    Set<QueueName> first =
        Set.of(
            store.leases().claim(both).get(0).message().queue(),
            store.leases().claim(both).get(0).message().queue());

    assertThat(first).containsExactlyInAnyOrder(ORDERS, SHIPMENTS);
    assertThat(store.leases().claim(request(term, 20, RetryPolicy.DEFAULT, ORDERS, SHIPMENTS)))
        .hasSize(9);
  }

  @Test
  void everyGroupGetsEveryMessage() {
    commit(send(ORDERS, "before", clock.now()));
    ClaimRequest audit =
        new ClaimRequest(
            term,
            List.of(ORDERS),
            "audit",
            10,
            ClaimManner.COUNTED,
            Optional.empty(),
            RetryPolicy.DEFAULT);
    assertThat(store.leases().claim(audit)).extracting(TestStore::text).containsExactly("before");

    commit(send(ORDERS, "after", clock.now()));
    List<LeasedMessage> mine = claim(10);
    assertThat(mine).extracting(TestStore::text).containsExactly("before", "after");
    mine.forEach(claimed -> commit(new Complete(claimed.lease())));
    assertThat(rows("wb_message")).isEqualTo(2);
    List<LeasedMessage> theirs = store.leases().claim(audit);
    assertThat(theirs).extracting(TestStore::text).containsExactly("after");
    theirs.forEach(claimed -> commit(new Complete(claimed.lease())));
    assertThat(rows("wb_message")).isEqualTo(1);
  }

  // ---- queues

  @Test
  @Tag("S4")
  void theSettingsOfAQueueAreKept() {
    assertThat(store.queues().require(ORDERS)).isEqualTo(new QueueSettings(ORDERS, Duration.ZERO));

    QueueSettings delayed = new QueueSettings(ORDERS, Duration.ofSeconds(90));
    store.queues().configure(delayed);

    assertThat(store.queues().require(ORDERS)).isEqualTo(delayed);
    clock.advance(Duration.ofMinutes(1));
    assertThat(store.queues().require(ORDERS)).isEqualTo(delayed);
    assertThatThrownBy(
            () -> store.queues().configure(new QueueSettings(ORDERS, Duration.ofDays(1))))
        .isInstanceOf(QueueException.class)
        .hasMessageContaining("app:orders")
        .hasMessageContaining("maxDelay");
  }
}
