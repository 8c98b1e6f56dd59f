package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.DEAD_LETTERS;
import static dev.waybill.core.store.TestStore.GROUP;
import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.deadLettersAfter;
import static dev.waybill.core.store.TestStore.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.branch.Operation.Reject;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.model.Answer;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.Answers.Given;
import dev.waybill.core.store.Answers.Settled;
import dev.waybill.core.store.AttemptFailure.Wish;
import dev.waybill.core.store.Upkeep.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Answers to senders that wait, and what the history tells of settled messages. */
abstract class AnswerContract extends NodesFixture {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String RESPONSE = "{\"total\":\"12 €\"}";

  /** Another node: its consumers answer senders of the first. */
  private QueueStore two;

  @BeforeEach
  void openTheOther() {
    two = node("n2");
  }

  private NewMessage awaited(String text) {
    return TestStore.message(ORDERS, text, clock.now())
        .awaitedBy(store.answers().awaiter(GROUP, clock.now().plus(PATIENCE)));
  }

  /** A message that the first node waits for, leased by the other. */
  private Lease asked(RetryPolicy policy) {
    return asked(awaited("ask"), policy);
  }

  private Lease asked(NewMessage message, RetryPolicy policy) {
    branches.commitLocal(List.of(new Enqueue(message)));
    return leasedByTwo(policy);
  }

  private Lease leasedByTwo(RetryPolicy policy) {
    List<LeasedMessage> claimed = two.leases().claim(request(term, 1, policy, ORDERS));
    assertThat(claimed).hasSize(1);
    return claimed.get(0).lease();
  }

  private static void commit(QueueStore on, Operation... operations) {
    on.branches().commitLocal(List.of(operations));
  }

  private long rows() {
    return jdbc().number("select count(*) from wb_answer");
  }

  private void prune() {
    Duration kept = Duration.ofDays(14);
    for (int i = 0; i < 3; i++) {
      two.upkeep().prune(new Retention(kept, kept), 100);
    }
  }

  // ---- answers

  @Test
  @Tag("S10")
  void whatNobodyWaitsForIsAnsweredByNoRow() {
    send("plain");
    Lease plain = leasedByTwo(RetryPolicy.DEFAULT);
    assertThat(plain.awaiter()).isNull();
    commit(two, new Complete(plain, RESPONSE));
    send("given up");
    commit(two, new Reject(leasedByTwo(RetryPolicy.DEFAULT), "no"));

    assertThat(rows()).isZero();
    assertThat(jdbc().number("select count(*) from wb_message where awaited_by is not null"))
        .isZero();
  }

  @Test
  @Tag("S10")
  void aCompletionOnAnotherNodeLeavesItsResponseForTheStartThatWaits() {
    Lease lease = asked(RetryPolicy.DEFAULT);
    assertThat(store.answers().isHere(lease.awaiter())).isTrue();
    assertThat(two.answers().isHere(lease.awaiter())).isFalse();

    commit(two, new Complete(lease, RESPONSE));

    assertThat(two.answers().given(10)).isEmpty();
    Given expected = new Given(lease.messageId(), new Answer.Completed(RESPONSE));
    assertThat(store.answers().given(10)).containsExactly(expected);
    assertThat(store.answers().given(10)).as("until it is handed over").containsExactly(expected);
    store.answers().handedOver(List.of(lease.messageId()));
    assertThat(rows()).isZero();
  }

  @Test
  @Tag("S10")
  void aCompletionWithoutAResponseIsAnAnswerToo() {
    Lease lease = asked(RetryPolicy.DEFAULT);
    commit(two, new Complete(lease));
    assertThat(store.answers().given(10))
        .containsExactly(new Given(lease.messageId(), new Answer.Completed(null)));
  }

  @Test
  @Tag("S10")
  void aCompletionOnTheSameNodeNeedsNoRow() {
    branches.commitLocal(List.of(new Enqueue(awaited("ask"))));
    Lease lease = claim(ORDERS, 1).get(0).lease();
    assertThat(lease.awaiter()).isNotNull();
    commit(store, new Complete(lease, RESPONSE));
    assertThat(rows()).isZero();
  }

  @Test
  @Tag("S10")
  void nothingIsLeftForWhoDoesNotWaitAnyMore() {
    Lease completed = asked(RetryPolicy.DEFAULT);
    Lease rejected = asked(RetryPolicy.DEFAULT);
    clock.advance(PATIENCE);
    commit(two, new Complete(completed, RESPONSE));
    commit(two, new Reject(rejected, "too late"));
    assertThat(rows()).isZero();
  }

  @Test
  @Tag("S10")
  void aRetryIsNoAnswerAndTheNextAttemptStillKnowsWhoWaits() {
    Lease lease = asked(RetryPolicy.DEFAULT);
    commit(two, new Retry(lease, Optional.of(Duration.ZERO)));
    assertThat(rows()).isZero();

    Lease again = leasedByTwo(RetryPolicy.DEFAULT);
    assertThat(again.awaiter()).isEqualTo(lease.awaiter());
    commit(two, new Complete(again, RESPONSE));
    assertThat(store.answers().given(10))
        .containsExactly(new Given(lease.messageId(), new Answer.Completed(RESPONSE)));
  }

  @Test
  @Tag("S10")
  void whatIsGivenUpIsAnsweredWithTheReasonHoweverItWasGivenUp() {
    List<Given> expected = new ArrayList<>();
    Lease rejected = asked(deadLettersAfter(3));
    commit(two, new Reject(rejected, "no such customer"));
    expected.add(given(rejected, "no such customer"));

    Lease dead = asked(RetryPolicy.DEFAULT);
    commit(two, new Reject(dead, "no queue for the dead"));
    expected.add(given(dead, "no queue for the dead"));

    Lease malformed = asked(RetryPolicy.DEFAULT);
    two.leases()
        .recordFailure(
            malformed,
            new AttemptFailure(AttemptOutcome.FAILED, "not an order", new Wish.GiveUp()));
    expected.add(given(malformed, "not an order"));

    Lease failed = asked(deadLettersAfter(1));
    two.leases().recordFailure(failed, AttemptFailure.bySchedule("boom"));
    expected.add(given(failed, "boom"));

    assertThat(store.answers().given(10)).containsExactlyInAnyOrderElementsOf(expected);
    List<LeasedMessage> dlq =
        two.leases().claim(request(term, 9, RetryPolicy.DEFAULT, DEAD_LETTERS));
    assertThat(dlq).hasSize(2).allMatch(message -> message.lease().awaiter() == null);
  }

  private static Given given(Lease lease, String reason) {
    return new Given(lease.messageId(), new Answer.DeadLettered(reason));
  }

  @Test
  @Tag("S10")
  void theReaperOfAnyNodeAnswersForALeaseThatRanOut() {
    Lease lease = asked(deadLettersAfter(1));
    clock.advance(LEASE);

    assertThat(two.leases().expire(10)).hasSize(1);

    assertThat(store.answers().given(10))
        .singleElement()
        .satisfies(
            given -> {
              assertThat(given.messageId()).isEqualTo(lease.messageId());
              assertThat(((Answer.DeadLettered) given.answer()).reason())
                  .startsWith("The lease ran out");
            });
  }

  @Test
  @Tag("S10")
  @Tag("G4")
  void aPreparedBranchKeepsTheResponseUntilAnyInstanceCommitsIt() {
    BranchId id = newBranch();
    Lease lease = asked(RetryPolicy.DEFAULT);
    two.branches().prepare(id, List.of(new Complete(lease, RESPONSE)));
    assertThat(rows()).isZero();
    assertThat(jdbc().number("select count(*) from wb_plan where response is not null"))
        .isEqualTo(1);

    QueueStore recovering = node("n3");
    assertThat(recovering.branches().commitPrepared(id)).isEqualTo(BranchState.PREPARED);

    assertThat(store.answers().given(10))
        .containsExactly(new Given(lease.messageId(), new Answer.Completed(RESPONSE)));
    assertThat(jdbc().number("select count(*) from wb_plan")).isZero();
  }

  @Test
  @Tag("S10")
  @Tag("G3")
  void aResponseDoesNotLeaveWithABranchThatRollsBack() {
    BranchId id = newBranch();
    Lease lease = asked(RetryPolicy.DEFAULT);
    two.branches().prepare(id, List.of(new Complete(lease, RESPONSE)));

    assertThat(two.branches().rollbackPrepared(id)).isEqualTo(BranchState.PREPARED);

    assertThat(rows()).isZero();
    assertThat(jdbc().number("select count(*) from wb_plan")).isZero();
    commit(two, new Complete(lease, "2"));
    assertThat(store.answers().given(10))
        .containsExactly(new Given(lease.messageId(), new Answer.Completed("2")));
  }

  @Test
  @Tag("S10")
  void anAnswerThatNobodyTookIsRemovedOnceItsSenderHasGivenUp() {
    commit(two, new Complete(asked(RetryPolicy.DEFAULT), RESPONSE));
    prune();
    assertThat(rows()).isEqualTo(1);

    clock.advance(PATIENCE);
    prune();

    assertThat(rows()).isZero();
  }

  // ---- the history

  private List<Settled> settled(Lease... leases) {
    return store.answers().settled(List.of(leases).stream().map(Lease::messageId).toList());
  }

  private Lease plain(RetryPolicy policy) {
    return asked(TestStore.message(ORDERS, "plain", clock.now()), policy);
  }

  @Test
  @Tag("S12")
  void theHistoryTellsHowMessagesWereSettledAndNothingOfOthers() {
    Lease completed = plain(RetryPolicy.DEFAULT);
    commit(two, new Complete(completed));
    Lease rejected = plain(deadLettersAfter(3));
    commit(two, new Reject(rejected, "no"));
    Lease dead = plain(RetryPolicy.DEFAULT);
    commit(two, new Reject(dead, "nowhere to go"));
    Lease tried = plain(RetryPolicy.DEFAULT);
    commit(two, new Retry(tried, Optional.of(Duration.ofHours(1))));
    Lease running = plain(RetryPolicy.DEFAULT);

    assertThat(settled(completed, rejected, dead, tried, running))
        .containsExactlyInAnyOrder(
            new Settled(completed.messageId(), GROUP, new Answer.Completed(null)),
            new Settled(rejected.messageId(), GROUP, new Answer.DeadLettered("no")),
            new Settled(dead.messageId(), GROUP, new Answer.DeadLettered("nowhere to go")));
  }

  @Test
  @Tag("S12")
  void aDeadLetterThatIsCompletedWasNotCompletedWhereItWasSentHoweverOldThatIs() {
    Lease rejected = plain(deadLettersAfter(3));
    commit(two, new Reject(rejected, "no"));
    clock.advance(Duration.ofDays(10));
    two.leases()
        .claim(request(term, 9, RetryPolicy.DEFAULT, DEAD_LETTERS))
        .forEach(letter -> commit(two, new Complete(letter.lease())));
    Settled given = new Settled(rejected.messageId(), GROUP, new Answer.DeadLettered("no"));
    assertThat(settled(rejected)).containsExactly(given);

    clock.advance(Duration.ofDays(5));
    prune();
    assertThat(settled(rejected)).containsExactly(given);

    clock.advance(Duration.ofDays(10));
    prune();
    assertThat(settled(rejected)).isEmpty();
    assertThat(jdbc().number("select count(*) from wb_attempt")).isZero();
  }

  @Test
  @Tag("S12")
  void aHundredMessagesAreAskedForInOneQueryAndThoseThatAreThereAreFound() {
    Lease completed = plain(RetryPolicy.DEFAULT);
    commit(two, new Complete(completed));
    NewMessage waiting = TestStore.message(ORDERS, "waits", clock.now());
    NewMessage inDoubt = TestStore.message(ORDERS, "in doubt", clock.now());
    branches.commitLocal(List.of(new Enqueue(waiting)));
    branches.prepare(newBranch(), List.of(new Enqueue(inDoubt)));
    List<UUID> asked =
        new ArrayList<>(IntStream.range(0, 97).mapToObj(i -> UUID.randomUUID()).toList());
    asked.addAll(List.of(completed.messageId(), waiting.id(), inDoubt.id()));

    assertThat(store.answers().settled(asked))
        .containsExactly(new Settled(completed.messageId(), GROUP, new Answer.Completed(null)));
    assertThat(store.answers().kept(asked)).containsExactlyInAnyOrder(waiting.id(), inDoubt.id());
  }
}
