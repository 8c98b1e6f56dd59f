package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.DEAD_LETTERS;
import static dev.waybill.core.store.TestStore.GROUP;
import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.SHIPMENTS;
import static dev.waybill.core.store.TestStore.leases;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.FaultyDataSource.CommitFault;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import dev.waybill.core.store.LeaseStore.Expired;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What any store must do for batches: claim them ahead, and hand them over. */
@Tag("M4")
abstract class BatchContract extends BranchFixture {

  private static final RetryPolicy AT_ONCE =
      RetryPolicy.of(Optional.of("0s,0s,0s,0s"), OptionalInt.empty(), Optional.of(DEAD_LETTERS));

  private List<LeasedMessage> batch(int count, RetryPolicy policy, QueueName... queues) {
    return store
        .leases()
        .claim(
            new ClaimRequest(
                term,
                List.of(queues),
                GROUP,
                count,
                ClaimManner.BATCH,
                Optional.of(Duration.ofMinutes(1)),
                policy));
  }

  private List<LeasedMessage> batch(int count) {
    return batch(count, AT_ONCE, ORDERS);
  }

  private void sendMany(String... texts) {
    for (String text : texts) {
      send(text);
      clock.advance(Duration.ofMillis(1));
    }
  }

  private static List<String> texts(List<LeasedMessage> messages) {
    return messages.stream().map(TestStore::text).toList();
  }

  private void settle(List<Lease> leases) {
    branches.commitLocal(leases.stream().<Operation>map(Complete::new).toList());
  }

  private void failAll(List<LeasedMessage> messages) {
    leases(messages)
        .forEach(l -> store.leases().recordFailure(l, AttemptFailure.bySchedule("boom")));
    clock.advance(Duration.ofMillis(1));
  }

  private List<Expired> expireAll() {
    clock.advance(LEASE);
    List<Expired> expired = store.leases().expire(100);
    term = store.leases().openTerm("n1/bean", clock.now().plus(LEASE));
    return expired;
  }

  private long count(String tableAndCondition) {
    return jdbc().number("select count(*) from " + tableAndCondition);
  }

  @Test
  @Tag("M7")
  void aBatchTakesTriedAndUntriedMessagesAndCountsNone() {
    sendMany("a", "b");
    failAll(batch(2));
    sendMany("c");

    List<LeasedMessage> claimed = batch(10);

    assertThat(texts(claimed)).containsExactly("a", "b", "c");
    assertThat(leases(claimed)).extracting(Lease::attempt).containsExactly(2, 2, 1);
    assertThat(leases(claimed)).noneMatch(Lease::counted);
    assertThat(count("wb_delivery where attempts = 1")).isEqualTo(2);
    assertThat(count("wb_lease_limit")).as("no lease runs yet").isZero();
    assertThat(store.leases().heldUnder(term)).containsExactlyInAnyOrderElementsOf(leases(claimed));
  }

  @Test
  @Tag("M7")
  void theHandOverCountsWhatWasTriedBeforeUnderATokenOfItsOwn() {
    sendMany("a", "b");
    failAll(batch(2));
    sendMany("c");
    List<Lease> ahead = leases(batch(10));

    List<Lease> held = store.leases().handOver(ahead, Optional.empty());

    assertThat(held)
        .extracting(Lease::delivery)
        .containsExactlyElementsOf(ahead.stream().map(Lease::delivery).toList());
    assertThat(held).extracting(Lease::attempt).containsExactly(2, 2, 1);
    assertThat(held).extracting(Lease::counted).containsExactly(true, true, false);
    assertThat(held.get(0).token())
        .isEqualTo(held.get(1).token())
        .isNotEqualTo(ahead.get(0).token());
    assertThat(held.get(2)).isEqualTo(ahead.get(2));
    assertThat(count("wb_delivery where attempts = 2")).isEqualTo(2);
    assertThat(store.leases().heldUnder(term)).containsExactlyInAnyOrderElementsOf(held);
    assertThatThrownBy(() -> settle(ahead)).isInstanceOf(LeaseLostException.class);
    settle(held);
    store.leases().over(held);
    assertThat(batch(10)).isEmpty();
    assertThat(count("wb_lease")).as("all blocks are gone").isZero();
    assertThat(count("wb_delivery")).isZero();
    assertThat(count("wb_attempt where number = 2 and outcome = 'COMPLETED'")).isEqualTo(2);
  }

  @Test
  @Tag("M7")
  void theOnlyAttemptIsCountedAtTheHandOver() {
    RetryPolicy once =
        RetryPolicy.of(Optional.of("none"), OptionalInt.empty(), Optional.of(DEAD_LETTERS));
    sendMany("a", "b");
    List<Lease> held = store.leases().handOver(leases(batch(5, once, ORDERS)), Optional.empty());

    assertThat(held).hasSize(2).allMatch(Lease::counted);
    assertThat(expireAll()).hasSize(2);
    assertThat(count("wb_delivery where attempts = 0")).as("dead letters").isEqualTo(2);
    assertThat(texts(claim(DEAD_LETTERS, 5))).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  @Tag("M12")
  void theLimitOfAllLeasesRunsFromTheHandOver() {
    sendMany("a", "b");
    failAll(batch(1));
    List<Lease> ahead = leases(batch(5));
    clock.advance(Duration.ofSeconds(10));
    List<Lease> held = store.leases().handOver(ahead, Optional.of(clock.now().plusSeconds(5)));

    clock.advance(Duration.ofMillis(4999));
    assertThat(store.leases().expire(10)).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(store.leases().expire(10))
        .hasSize(held.size())
        .allMatch(each -> each.result().isPresent());
    assertThat(count("wb_lease_limit")).isZero();
  }

  @Test
  @Tag("C9")
  void whatWasLostBeforeTheHandOverIsNotHandedOver() {
    sendMany("a", "b", "c");
    failAll(batch(2));
    List<Lease> ahead = leases(batch(5));
    store.leases().giveBack(List.of(ahead.get(0), ahead.get(1)));
    Lease others = leases(claim(ORDERS, 1)).get(0);

    List<Lease> held = store.leases().handOver(ahead, Optional.of(clock.now().plusSeconds(60)));

    assertThat(held).extracting(Lease::delivery).containsExactly(ahead.get(2).delivery());
    assertThat(held).extracting(Lease::delivery).doesNotContain(others.delivery());
    assertThat(store.leases().isHeld(others)).isTrue();
  }

  @Test
  @Tag("G5")
  @Tag("M7")
  void whatIsLostBeforeTheHandOverIsNotCountedThoughItWasTriedBefore() {
    sendMany("a", "b");
    failAll(batch(2));
    assertThat(batch(5)).hasSize(2);

    assertThat(expireAll()).hasSize(2).allMatch(each -> each.result().isEmpty());

    assertThat(count("wb_delivery where attempts = 1 and claim_alone")).isEqualTo(2);
  }

  @Test
  @Tag("M15")
  void whatMayHaveKilledItsConsumerComesAloneAndCounted() {
    sendMany("a", "b");
    batch(5);
    expireAll();
    sendMany("c", "d");

    for (String suspect : List.of("a", "b")) {
      List<LeasedMessage> alone = batch(5);
      assertThat(texts(alone)).containsExactly(suspect);
      assertThat(alone.get(0).lease()).matches(lease -> lease.counted() && lease.attempt() == 1);
    }
    assertThat(count("wb_lease_limit")).as("they have begun").isEqualTo(2);
    assertThat(texts(batch(5))).containsExactly("c", "d");
  }

  @Test
  @Tag("M15")
  void aBatchEndsBeforeAMessageThatComesAlone() {
    sendMany("a");
    batch(5);
    expireAll();
    Lease suspect = leases(batch(5)).get(0);
    clock.advance(Duration.ofSeconds(1));
    sendMany("b", "c");
    store.leases().giveBack(List.of(suspect));
    jdbc()
        .execute(
            "update wb_delivery set claim_rank = claim_rank + 31001500 where claim_alone = true");

    assertThat(texts(batch(5))).containsExactly("b");
    assertThat(texts(batch(5))).containsExactly("a");
    assertThat(texts(batch(5))).containsExactly("c");
  }

  @Test
  @Tag("M15")
  void whatWasInABatchThatKilledItsConsumerComesAlone() {
    sendMany("a", "b");
    failAll(batch(2));
    store.leases().handOver(leases(batch(5)), Optional.empty());

    assertThat(expireAll()).hasSize(2).allMatch(each -> each.result().isPresent());

    clock.advance(Duration.ofMillis(1));
    assertThat(batch(5)).singleElement().matches(each -> each.lease().attempt() == 3);
    assertThat(batch(5)).singleElement().matches(each -> each.lease().counted());
  }

  @Test
  @Tag("M6")
  void aBatchIsOfOneQueueAndQueuesTakeTurns() {
    for (String text : List.of("1", "2", "3")) {
      sendMany("o" + text);
      branches.commitLocal(List.of(TestStore.send(SHIPMENTS, "s" + text, clock.now())));
    }
    List<List<String>> batches = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      batches.add(texts(batch(2, AT_ONCE, ORDERS, SHIPMENTS)));
    }
    assertThat(batches)
        .containsExactlyInAnyOrder(
            List.of("o1", "o2"), List.of("s1", "s2"), List.of("o3"), List.of("s3"));
    assertThat(batch(2, AT_ONCE, ORDERS, SHIPMENTS)).isEmpty();
  }

  @Test
  @Tag("C9")
  void aBatchOneOfWhoseLeasesIsLostSettlesNothing() {
    sendMany("a", "b", "c");
    List<Lease> held = store.leases().handOver(leases(batch(5)), Optional.empty());
    store.leases().recordFailure(held.get(1), AttemptFailure.bySchedule("boom"));

    assertThatThrownBy(() -> settle(held)).isInstanceOf(LeaseLostException.class);

    assertThat(store.leases().isHeld(held.get(0))).isTrue();
    assertThat(store.leases().isHeld(held.get(2))).isTrue();
    assertThat(count("wb_attempt where outcome = 'COMPLETED'")).isZero();
  }

  @Test
  @Tag("M6")
  void aQueueWithNothingIsLookedAtOnce() {
    batch(5, AT_ONCE, ORDERS, SHIPMENTS);
    database.statements();

    assertThat(batch(5, AT_ONCE, ORDERS, SHIPMENTS)).isEmpty();

    assertThat(database.statements())
        .filteredOn(each -> each.contains("state = 'READY' and claim_rank >= ?"))
        .hasSize(2);
  }

  @Test
  void aQueueThatGaveLessThanItMightIsNotLookedAtAgain() {
    sendMany("a");
    database.statements();

    assertThat(store.leases().claim(TestStore.first(term, 10, ORDERS))).hasSize(1);

    assertThat(database.statements())
        .filteredOn(each -> each.contains("state = 'READY' and claim_rank >= ?"))
        .hasSize(1);
  }

  private static Map<Lease, AttemptFailure> boom(List<Lease> leases) {
    Map<Lease, AttemptFailure> failures = new LinkedHashMap<>();
    leases.forEach(lease -> failures.put(lease, AttemptFailure.bySchedule("boom")));
    return failures;
  }

  @Test
  @Tag("M5")
  void theFailuresOfABatchAreRecordedInOneCommit() {
    sendMany("a", "b", "c");
    List<Lease> held = store.leases().handOver(leases(batch(5)), Optional.empty());
    store.leases().recordFailure(held.get(1), AttemptFailure.bySchedule("lost before"));
    int commits = database.commits();

    Map<Lease, FailureResult> results = store.leases().recordFailures(boom(held));

    assertThat(database.commits() - commits).isEqualTo(1);
    assertThat(results).containsOnlyKeys(held.get(0), held.get(2));
    assertThat(results.values()).allMatch(FailureResult.Rescheduled.class::isInstance);
    assertThat(count("wb_attempt where error = 'boom'")).isEqualTo(2);
    assertThat(count("wb_attempt where error = 'lost before'")).isEqualTo(1);
    clock.advance(Duration.ofMillis(1));
    assertThat(texts(batch(5))).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  @Tag("C2")
  void failuresWhoseCommitGotNoAnswerAreToldAsWhatTheyWere() {
    sendMany("a", "b");
    Map<Lease, AttemptFailure> failures = boom(leases(batch(5)));
    database.failNextCommit(CommitFault.NEVER_HAPPENS, () -> {});
    assertThatThrownBy(() -> store.leases().recordFailures(failures))
        .isInstanceOfSatisfying(QueueException.class, e -> assertThat(e.retryable()).isTrue())
        .hasMessageContainingAll("and another of its batch", "did not happen");
    assertThat(count("wb_attempt")).isZero();

    database.failNextCommit(CommitFault.ANSWER_LOST, () -> {});
    assertThat(store.leases().recordFailures(failures)).hasSize(2);
    assertThat(count("wb_attempt where error = 'boom'")).isEqualTo(2);
  }

  @Test
  @Tag("C2")
  void oneLeaseThatIsLostMeanwhileIsNoSignThatAllFailuresWereRecorded() {
    sendMany("a", "b");
    List<Lease> held = leases(batch(5));
    database.failNextCommit(
        CommitFault.NEVER_HAPPENS,
        () -> store.leases().recordFailure(held.get(0), AttemptFailure.bySchedule("meanwhile")));

    assertThatThrownBy(() -> store.leases().recordFailures(boom(held)))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));

    assertThat(store.leases().recordFailures(boom(held))).containsOnlyKeys(held.get(1));
    assertThat(count("wb_attempt where error = 'boom'")).isEqualTo(1);
  }

  @Test
  @Tag("C2")
  void aHandOverThatCommittedWithoutAnswerIsReturned() {
    sendMany("a", "b");
    failAll(batch(2));
    List<Lease> ahead = leases(batch(5));
    database.failNextCommit(CommitFault.ANSWER_LOST, () -> {});

    List<Lease> held = store.leases().handOver(ahead, Optional.empty());

    assertThat(store.leases().heldUnder(term)).containsExactlyInAnyOrderElementsOf(held);
    assertThat(count("wb_delivery where attempts = 2")).isEqualTo(2);
  }

  @Test
  @Tag("C2")
  void aHandOverThatNeverCommitsLeavesTheLeasesAsTheyWere() {
    sendMany("a", "b");
    failAll(batch(2));
    List<Lease> ahead = leases(batch(5));
    database.failNextCommit(CommitFault.NEVER_HAPPENS, () -> {});

    assertThatThrownBy(() -> store.leases().handOver(ahead, Optional.empty()))
        .isInstanceOfSatisfying(QueueException.class, e -> assertThat(e.retryable()).isTrue());

    assertThat(store.leases().heldUnder(term)).containsExactlyInAnyOrderElementsOf(ahead);
    assertThat(count("wb_delivery where attempts = 1")).isEqualTo(2);
  }
}
