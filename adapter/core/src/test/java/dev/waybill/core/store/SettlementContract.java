package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.DEAD_LETTERS;
import static dev.waybill.core.store.TestStore.GROUP;
import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.deadLettersAfter;
import static dev.waybill.core.store.TestStore.request;
import static dev.waybill.core.store.TestStore.send;
import static dev.waybill.core.store.TestStore.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.api.DeadLetter;
import dev.waybill.core.LogLines;
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Reject;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.StoreOptions.SchemaMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What any store must do about ends of leases. */
abstract class SettlementContract extends MessageContract {

  // ---- settling

  @Test
  void aCompletedMessageLeavesOnlyItsHistory() {
    commit(send(ORDERS, "a", clock.now()));
    commit(new Complete(claimOne().lease()));
    tidy();

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

  @Test
  @Tag("M9")
  void whatIsGivenUpWithoutADeadLetterQueueIsLoggedOnceAndAfterTheCommit() {
    RetryPolicy once = RetryPolicy.of(Optional.empty(), OptionalInt.of(1), Optional.empty());
    try (LogLines log = new LogLines()) {
      List<Lease> leases = new ArrayList<>();
      for (String text : List.of("rejected", "retried", "failed", "expired")) {
        commit(send(ORDERS, text, clock.now()));
        leases.add(claimOne(once).lease());
      }
      Reject rejected = new Reject(leases.get(0), "no");
      assertThatThrownBy(() -> commit(rejected, rejected)).isInstanceOf(LeaseLostException.class);
      assertThat(log.of("WB-0202")).isEmpty();

      commit(rejected);
      commit(new Retry(leases.get(1), Optional.of(Duration.ZERO)));
      store.leases().recordFailure(leases.get(2), AttemptFailure.bySchedule("boom"));
      expireAll();

      assertThat(rows("wb_delivery where state = 'DEAD'")).isEqualTo(4);
      assertThat(log.of("WB-0202"))
          .extracting(line -> line.replaceAll(".*Last error: ([^.:]*)[.:].*", "$1"))
          .containsExactly("no", "asked to retry", "boom", "The lease ran out");
      assertThat(log.of("WB-0202").get(0))
          .startsWith("WARNING ")
          .contains(leases.get(0).messageId().toString(), "app:orders", "attempt 1");
    }
  }

  @Test
  @Tag("M9")
  void aDeadLetterQueueThatMayNotBeCreatedIsLoggedOnceAndTheMessageIsKeptAsDead() {
    commit(send(ORDERS, "a", clock.now()));
    Lease lease = claimOne(deadLettersAfter(5)).lease();
    try (LogLines log = new LogLines();
        QueueStore strict =
            QueueStores.open(
                TestStore.options(source(), SchemaMode.VALIDATE, clock, false, "n2", "i2"))) {
      strict.branches().commitLocal(List.of(new Reject(lease, "no")));

      assertThat(log.of("WB-0203"))
          .singleElement()
          .asString()
          .startsWith("SEVERE ")
          .contains(lease.messageId().toString(), "app:orders-dlq", "autoCreateQueues is false");
      assertThat(log.of("WB-0202")).as("it has a dead-letter queue").isEmpty();
    }
    assertThat(rows("wb_delivery where state = 'DEAD'")).isEqualTo(1);
    assertThat(outcomes()).containsExactly("1 REJECTED");
  }

  @Test
  void oneRoundOfPruningRemovesTheHistoryOfMoreThanOneStep() {
    List<Operation> sends = new ArrayList<>();
    for (int i = 0; i < 45; i++) {
      sends.add(send(ORDERS, "a" + i, clock.now()));
    }
    commit(sends.toArray(Operation[]::new));
    claim(45).forEach(claimed -> commit(new Complete(claimed.lease())));
    assertThat(rows("wb_attempt")).isEqualTo(45);
    clock.advance(Duration.ofDays(15));

    int removed =
        store.upkeep().prune(new Upkeep.Retention(Duration.ofDays(14), Duration.ofDays(1)), 1);

    assertThat(rows("wb_attempt")).isZero();
    assertThat(rows("wb_branch")).isZero();
    assertThat(removed).isGreaterThanOrEqualTo(90);
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
}
