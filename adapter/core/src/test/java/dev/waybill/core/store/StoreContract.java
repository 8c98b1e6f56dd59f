package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.DEAD_LETTERS;
import static dev.waybill.core.store.TestStore.GROUP;
import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.SHIPMENTS;
import static dev.waybill.core.store.TestStore.ahead;
import static dev.waybill.core.store.TestStore.deadLettersAfter;
import static dev.waybill.core.store.TestStore.message;
import static dev.waybill.core.store.TestStore.request;
import static dev.waybill.core.store.TestStore.send;
import static dev.waybill.core.store.TestStore.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.api.ContentType;
import dev.waybill.api.DeadLetter;
import dev.waybill.api.QueueException;
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.branch.Operation.Reject;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.MessageData;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.QueueSettings;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import dev.waybill.core.store.LeaseStore.Expired;
import dev.waybill.core.store.LeaseStore.TermExpiry;
import dev.waybill.core.store.StoreOptions.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What any store must do about messages and leases. A second database is one subclass. */
abstract class StoreContract {

  static final Duration LEASE = Duration.ofSeconds(30);

  final SettableClock clock = new SettableClock();
  QueueStore store;
  UUID term;

  /** A fresh, empty database. */
  abstract Source source();

  @BeforeEach
  void open() {
    store = QueueStores.open(TestStore.options(source(), clock));
    term = store.leases().openTerm("n1/bean", clock.now().plus(LEASE));
  }

  @AfterEach
  void close() {
    store.close();
  }

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
            clock.now());
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
                UUID.randomUUID(), ORDERS, now, ContentType.BYTES, body, Map.of(), 4, null, now)));

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
            term, List.of(ORDERS), "audit", 10, false, Optional.empty(), RetryPolicy.DEFAULT);
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

  // ---- settling

  @Test
  void aCompletedMessageLeavesOnlyItsHistory() {
    commit(send(ORDERS, "a", clock.now()));
    commit(new Complete(claimOne().lease()));

    for (String table : List.of("wb_message", "wb_delivery", "wb_lease", "wb_lease_limit")) {
      assertThat(rows(table)).as(table).isZero();
    }
    assertThat(outcomes()).containsExactly("1 COMPLETED");
  }

  @Test
  @Tag("C9")
  void aLostLeaseSettlesNothingAndTheWholeTransactionIsUndone() {
    commit(send(ORDERS, "a", clock.now()));
    Lease lost = claimOne().lease();
    expireAll();
    clock.advance(Duration.ofSeconds(1));
    Lease current = claimOne().lease();

    for (Operation stale : settlements(lost)) {
      assertThatThrownBy(() -> commit(send(ORDERS, "never", clock.now()), stale))
          .isInstanceOf(LeaseLostException.class);
    }
    assertThat(store.leases().recordFailure(lost, AttemptFailure.bySchedule("x"))).isEmpty();
    assertThat(store.leases().limitLease(lost, clock.now())).isFalse();
    store.leases().giveBack(List.of(lost));

    assertThat(rows("wb_message")).isEqualTo(1);
    assertThat(store.leases().isHeld(lost)).isFalse();
    assertThat(store.leases().isHeld(current)).isTrue();
    commit(new Complete(current));
  }

  @Test
  @Tag("C9")
  void aLeaseIsSettledOnce() {
    for (int i = 0; i < 4; i++) {
      commit(send(ORDERS, "a" + i, clock.now()));
    }
    for (LeasedMessage claimed : claim(4)) {
      commit(new Complete(claimed.lease()));
      for (Operation again : settlements(claimed.lease())) {
        assertThatThrownBy(() -> commit(again)).isInstanceOf(LeaseLostException.class);
      }
    }
  }

  private static List<Operation> settlements(Lease lease) {
    return List.of(
        new Complete(lease),
        new Retry(lease, Optional.empty()),
        new Reject(lease, "no"),
        new Retry(lease, Optional.of(Duration.ZERO)));
  }

  @Test
  @Tag("M8")
  void retryFollowsTheScheduleOrTheDelayAskedFor() {
    commit(send(ORDERS, "a", clock.now()));
    commit(new Retry(claimOne().lease(), Optional.empty()));
    assertThat(claim(1)).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    Lease second = claimOne().lease();
    assertThat(second.attempt()).isEqualTo(2);

    commit(new Retry(second, Optional.of(Duration.ZERO)));

    Lease third = claimOne().lease();
    assertThat(third.attempt()).isEqualTo(3);
    commit(new Complete(third));
    assertThat(outcomes()).containsExactly("1 RETRIED", "2 RETRIED", "3 COMPLETED");
  }

  @Test
  @Tag("M9")
  void retryOnTheLastAttemptDeadLetters() {
    commit(send(ORDERS, "a", clock.now()));
    LeasedMessage first = claimOne(deadLettersAfter(1));
    commit(new Retry(first.lease(), Optional.of(Duration.ZERO)));

    assertThat(claim(1)).isEmpty();
    LeasedMessage dead = deadLetters(1).get(0);
    assertThat(dead.message().id()).isEqualTo(first.message().id());
    assertThat(text(dead)).isEqualTo("a");
    assertThat(dead.message().headers()).isEqualTo(first.message().headers());
    assertThat(dead.message().timestamp()).isEqualTo(first.message().timestamp());
    assertThat(dead.message().position()).isGreaterThan(first.message().position());
    assertThat(dead.message().deadLetter())
        .isEqualTo(
            new DeadLetter(
                "app:orders", GROUP, 1, AttemptOutcome.RETRIED, "asked to retry", clock.now()));
    assertThat(rows("wb_message")).isEqualTo(1);
  }

  @Test
  @Tag("M9")
  void aRejectedMessageIsDeadLetteredAtOnce() {
    commit(send(ORDERS, "a", clock.now()));
    commit(new Reject(claimOne(deadLettersAfter(5)).lease(), "malformed"));

    DeadLetter why = deadLetters(1).get(0).message().deadLetter();
    assertThat(why.lastOutcome()).isEqualTo(AttemptOutcome.REJECTED);
    assertThat(why.lastError()).isEqualTo("malformed");
  }

  @Test
  @Tag("M9")
  void withoutADeadLetterQueueTheMessageIsKeptAsDead() {
    commit(send(ORDERS, "a", clock.now()));
    commit(new Reject(claimOne().lease(), "x".repeat(5000)));

    assertThat(rows("wb_delivery where state = 'DEAD'")).isEqualTo(1);
    assertThat(rows("wb_message")).isEqualTo(1);
    assertThat(claim(1)).isEmpty();
    clock.advance(Duration.ofDays(15));
    store.upkeep().prune(new Upkeep.Retention(Duration.ofDays(14), Duration.ofDays(1)), 100);
    assertThat(rows("wb_delivery")).isZero();
    assertThat(rows("wb_message")).isZero();
    assertThat(rows("wb_attempt")).isZero();
  }

  // ---- failing

  @Test
  @Tag("M8")
  void aFailureIsRecordedOnceAndScheduled() {
    commit(send(ORDERS, "a", clock.now()));
    Lease lease = claimOne().lease();

    Optional<FailureResult> result =
        store.leases().recordFailure(lease, AttemptFailure.bySchedule("boom"));

    assertThat(result)
        .contains(new FailureResult.Rescheduled(clock.now().plus(Duration.ofSeconds(1))));
    assertThat(store.leases().recordFailure(lease, AttemptFailure.bySchedule("boom"))).isEmpty();
    assertThat(outcomes()).containsExactly("1 FAILED");
    assertThat(store.leases().nextDue(List.of(ORDERS), GROUP)).contains(clock.now().plusSeconds(1));
  }

  @Test
  @Tag("M9")
  void theLastFailureDeadLettersAndAGivenUpOneToo() {
    commit(send(ORDERS, "a", clock.now()), send(ORDERS, "b", clock.now()));
    List<LeasedMessage> claimed =
        store.leases().claim(request(term, 2, deadLettersAfter(1), ORDERS));
    AttemptFailure malformed =
        new AttemptFailure(AttemptOutcome.FAILED, "malformed", new AttemptFailure.Wish.GiveUp());

    assertThat(
            store.leases().recordFailure(claimed.get(0).lease(), AttemptFailure.bySchedule("boom")))
        .contains(new FailureResult.DeadLettered(DEAD_LETTERS));
    assertThat(store.leases().recordFailure(claimed.get(1).lease(), malformed))
        .contains(new FailureResult.DeadLettered(DEAD_LETTERS));

    assertThat(deadLetters(2))
        .extracting(dead -> dead.message().deadLetter().lastError())
        .containsExactly("boom", "malformed");
  }

  @Test
  @Tag("M7")
  void attemptsAreCountedInTheClaimsOwnCommit() {
    commit(send(ORDERS, "a", clock.now()));
    claimOne();

    assertThat(rows("wb_delivery where attempts = 1")).isEqualTo(1);
  }

  // ---- leases taken ahead

  @Test
  @Tag("M7")
  void aLeaseTakenAheadThatIsLostIsNotCountedAndClaimedAloneFromThenOn() {
    commit(send(ORDERS, "a", clock.now()), send(ORDERS, "b", clock.now()));
    List<LeasedMessage> block = store.leases().claim(ahead(term, 2, ORDERS));
    assertThat(block).hasSize(2).allMatch(m -> m.lease().attempt() == 1 && !m.lease().counted());
    assertThat(rows("wb_delivery where attempts = 0")).isEqualTo(2);

    List<Expired> expired = expireAll();

    assertThat(expired).hasSize(2).allMatch(e -> e.result().isEmpty());
    assertThat(outcomes()).isEmpty();
    assertThat(store.leases().claim(ahead(term, 2, ORDERS))).isEmpty();
    List<LeasedMessage> counted = claim(2);
    assertThat(counted).hasSize(2).allMatch(m -> m.lease().attempt() == 1);
  }

  @Test
  @Tag("M7")
  void aTriedMessageIsNotLeasedAhead() {
    commit(send(ORDERS, "tried", clock.now()), send(ORDERS, "fresh", clock.now()));
    commit(new Retry(claimOne().lease(), Optional.of(Duration.ZERO)));

    assertThat(store.leases().claim(ahead(term, 2, ORDERS)))
        .extracting(TestStore::text)
        .containsExactly("fresh");
  }

  @Test
  @Tag("M7")
  void aFailureOfALeaseTakenAheadIsCounted() {
    commit(send(ORDERS, "a", clock.now()));
    Lease lease = store.leases().claim(ahead(term, 1, ORDERS)).get(0).lease();

    store.leases().recordFailure(lease, AttemptFailure.bySchedule("boom"));

    assertThat(rows("wb_delivery where attempts = 1")).isEqualTo(1);
  }

  @Test
  @Tag("M17")
  void aLeaseGivenBackReturnsToItsPlaceUnattempted() {
    commit(send(ORDERS, "first", clock.now()));
    clock.advance(Duration.ofSeconds(1));
    commit(send(ORDERS, "second", clock.now()));
    Lease counted = claimOne().lease();

    store.leases().giveBack(List.of(counted));

    LeasedMessage again = store.leases().claim(ahead(term, 1, ORDERS)).get(0);
    assertThat(text(again)).isEqualTo("first");
    assertThat(again.lease().attempt()).isEqualTo(1);
    store.leases().giveBack(List.of(again.lease()));
    assertThat(rows("wb_lease")).isZero();
  }

  // ---- expiry

  @Test
  @Tag("M12")
  void aRenewedTermKeepsItsLeases() {
    commit(send(ORDERS, "a", clock.now()));
    Lease lease = claimOne().lease();
    clock.advance(LEASE.minusSeconds(1));
    assertThat(
            store
                .leases()
                .renewTerms(
                    List.of(
                        new TermExpiry(term, clock.now().plus(LEASE)),
                        new TermExpiry(UUID.randomUUID(), clock.now()))))
        .containsExactly(term);
    clock.advance(Duration.ofSeconds(2));
    assertThat(store.leases().expire(10)).isEmpty();

    clock.advance(LEASE);
    assertThat(store.leases().expire(10))
        .extracting(Expired::messageId)
        .containsExactly(lease.messageId());
    assertThat(outcomes()).containsExactly("1 EXPIRED");
  }

  @Test
  @Tag("M12")
  void aLimitedLeaseEndsWhateverItsTermSays() {
    commit(send(ORDERS, "a", clock.now()), send(ORDERS, "b", clock.now()));
    ClaimRequest limited =
        new ClaimRequest(
            term,
            List.of(ORDERS),
            GROUP,
            2,
            false,
            Optional.of(Duration.ofSeconds(5)),
            RetryPolicy.DEFAULT);
    List<LeasedMessage> claimed = store.leases().claim(limited);
    assertThat(store.leases().limitLease(claimed.get(1).lease(), clock.now().plusSeconds(20)))
        .isTrue();

    clock.advance(Duration.ofSeconds(6));

    assertThat(store.leases().expire(10))
        .extracting(Expired::messageId)
        .containsExactly(claimed.get(0).message().id());
    clock.advance(Duration.ofSeconds(15));
    assertThat(store.leases().expire(10)).hasSize(1);
    assertThat(rows("wb_lease_limit")).isZero();
  }

  @Test
  @Tag("M12")
  void aLimitCanBeSetOnALeaseThatHadNone() {
    commit(send(ORDERS, "a", clock.now()));
    Lease lease = claimOne().lease();

    assertThat(store.leases().limitLease(lease, clock.now().plusSeconds(1))).isTrue();

    clock.advance(Duration.ofSeconds(1));
    assertThat(store.leases().expire(10)).hasSize(1);
  }

  @Test
  @Tag("M17")
  void leasesOfAClosedTermExpireAtOnce() {
    commit(send(ORDERS, "a", clock.now()));
    Lease lease = claimOne().lease();
    assertThat(store.leases().heldUnder(term)).containsExactly(lease);

    store.leases().closeTerm(term);

    assertThat(store.leases().expire(10)).hasSize(1);
    assertThat(store.leases().heldUnder(term)).isEmpty();
    assertThat(store.leases().renewTerms(List.of(new TermExpiry(term, clock.now().plus(LEASE)))))
        .isEmpty();
  }

  @Test
  @Tag("M15")
  void anExpiredLastAttemptDeadLetters() {
    commit(send(ORDERS, "poison", clock.now()));
    claimOne(deadLettersAfter(1));

    assertThat(expireAll().get(0).result()).contains(new FailureResult.DeadLettered(DEAD_LETTERS));

    assertThat(deadLetters(1).get(0).message().deadLetter().lastOutcome())
        .isEqualTo(AttemptOutcome.EXPIRED);
  }

  @Test
  void moreLeasesThanAStepExpireInOneCall() {
    for (int i = 0; i < 60; i++) {
      commit(send(ORDERS, "m" + i, clock.now()));
    }
    assertThat(claim(60)).hasSize(60);
    clock.advance(LEASE);

    assertThat(store.leases().expire(55)).hasSize(55);
    assertThat(store.leases().expire(55)).hasSize(5);
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

  // ---- words

  void commit(Operation... operations) {
    store.branches().commitLocal(List.of(operations));
  }

  List<LeasedMessage> claim(int count) {
    return store.leases().claim(request(term, count, RetryPolicy.DEFAULT, ORDERS));
  }

  LeasedMessage claimOne() {
    return claimOne(RetryPolicy.DEFAULT);
  }

  LeasedMessage claimOne(RetryPolicy policy) {
    return store.leases().claim(request(term, 1, policy, ORDERS)).get(0);
  }

  List<LeasedMessage> deadLetters(int count) {
    List<LeasedMessage> dead =
        store.leases().claim(request(term, count, RetryPolicy.DEFAULT, DEAD_LETTERS));
    assertThat(dead).hasSize(count);
    return dead;
  }

  List<Expired> expireAll() {
    clock.advance(LEASE);
    List<Expired> expired = store.leases().expire(100);
    store.leases().renewTerms(List.of(new TermExpiry(term, clock.now().plus(LEASE))));
    return expired;
  }

  /** How many rows a table has, with an optional condition. */
  long rows(String tableAndCondition) {
    return number("select count(*) from " + tableAndCondition);
  }

  abstract long number(String query);

  abstract List<String> texts(String query);

  List<String> outcomes() {
    return texts("select number || ' ' || outcome from wb_attempt order by id");
  }
}
