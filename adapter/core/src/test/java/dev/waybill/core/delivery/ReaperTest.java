package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ReaperTest {

  private static final BranchId BRANCH = new BranchId(1, "0a", "0b");

  private final SteppingScheduler time = new SteppingScheduler();
  private final Queued queued = new Queued(time);

  /** Claims as a node does that dies at once. */
  private List<LeasedMessage> claimedByADeadNode(
      int count, ClaimManner manner, RetryPolicy policy) {
    UUID term = queued.memory.leases().openTerm("dead", time.now().plusSeconds(30));
    return queued
        .memory
        .leases()
        .claim(
            new ClaimRequest(
                term, List.of(Queued.ORDERS), "default", count, manner, Optional.empty(), policy));
  }

  @Test
  @Tag("M7")
  void leasesOfADeadNodeBecomeFailedAttemptsAndAreTriedHere() {
    queued.sendUnseen("a");
    assertThat(claimedByADeadNode(1, ClaimManner.COUNTED, RetryPolicy.DEFAULT)).hasSize(1);
    queued.open();
    queued.activate(s -> s);
    time.advance(Duration.ofSeconds(30));
    assertThat(queued.attempts()).isEmpty();
    time.advance(Duration.ofMillis(2500));
    assertThat(queued.attempts()).containsExactly("a#2");
  }

  @Test
  @Tag("M11")
  void whatADeadNodeHadLeasedAheadIsTriedHereAsAFirstAttempt() {
    queued.sendUnseen("a", "b");
    assertThat(claimedByADeadNode(2, ClaimManner.AHEAD, RetryPolicy.DEFAULT)).hasSize(2);
    queued.open();
    queued.activate(s -> s);
    time.advance(Duration.ofMillis(31_500));
    assertThat(queued.attempts()).containsExactly("a#1", "b#1");
  }

  @Test
  @Tag("M15")
  void aMessageWhoseLastAttemptDiedGoesToItsDeadLetterQueueAndWakesItsConsumers() {
    queued.sendUnseen("a");
    RetryPolicy once =
        RetryPolicy.of(Optional.of("none"), OptionalInt.empty(), Optional.of(Queued.DLQ));
    assertThat(claimedByADeadNode(1, ClaimManner.COUNTED, once)).hasSize(1);
    queued.open();
    queued.activate(s -> s.queue(Queued.DLQ));
    time.advance(Duration.ofMillis(31_500));
    assertThat(queued.target.delivered())
        .singleElement()
        .satisfies(
            message ->
                assertThat(message.message().deadLetter().originQueue()).isEqualTo("app:orders"));
    assertThat(queued.log.lines("WB-0120")).hasSize(1);
  }

  @Test
  void moreThanOneStepOfExpiredLeasesIsEndedInOneRound() {
    queued.sendUnseen(
        java.util.stream.IntStream.range(0, 350).mapToObj(i -> "m" + i).toArray(String[]::new));
    assertThat(claimedByADeadNode(350, ClaimManner.AHEAD, RetryPolicy.DEFAULT)).hasSize(350);
    queued.open();
    time.advance(Duration.ofMillis(31_500));
    assertThat(queued.leased()).isEmpty();
  }

  @Test
  @Tag("C3")
  @Tag("G6")
  void aBranchThatNobodyReleasedIsReleasedAfterTheLongestHold() {
    queued.open();
    queued.activate(s -> s);
    time.run();
    queued.memory.prepare(BRANCH, List.of(queued.message(Queued.ORDERS, "a", Duration.ZERO, 4)));
    assertThat(queued.memory.commitPrepared(BRANCH)).isEqualTo(BranchState.PREPARED);
    time.advance(Duration.ofSeconds(5));
    assertThat(queued.attempts()).isEmpty();
    time.advance(Duration.ofMillis(1300));
    assertThat(queued.attempts()).containsExactly("a#1");
  }

  @Test
  @Tag("C3")
  @Tag("G6")
  void aBranchWhoseTransactionIsCompleteIsReleasedAtOnce() {
    queued.open();
    queued.activate(s -> s);
    time.run();
    queued.memory.prepare(BRANCH, List.of(queued.message(Queued.ORDERS, "a", Duration.ZERO, 4)));
    assertThat(queued.memory.commitPrepared(BRANCH)).isEqualTo(BranchState.PREPARED);
    queued.engine.releasable(BRANCH);
    assertThat(queued.attempts()).isEmpty();
    time.run();
    assertThat(queued.attempts()).containsExactly("a#1");
  }

  @Test
  void anOutageOfTheReaperIsOneLineAndItGoesOnAfterwards() {
    queued.sendUnseen("a");
    assertThat(claimedByADeadNode(1, ClaimManner.COUNTED, RetryPolicy.DEFAULT)).hasSize(1);
    queued.open();
    queued.leases.before("expire", Queued::breakDown);
    time.advance(Duration.ofMinutes(10));
    assertThat(queued.log.lines()).hasSize(1);
    queued.leases.calm();
    time.advance(Duration.ofSeconds(2));
    assertThat(queued.states()).containsExactly("SCHEDULED/1");
    assertThat(queued.log.lines("WB-0103")).hasSize(1);
  }

  @Test
  void aStoppedEngineHasNoTimers() {
    queued.sendUnseen("a");
    queued.open();
    queued.activate(s -> s);
    time.advance(Duration.ofSeconds(10));
    queued.engine.stop();
    assertThat(time.timers()).isEmpty();
    queued.engine.stop();
    queued.send("b");
    time.advance(Duration.ofMinutes(10));
    assertThat(queued.attempts()).containsExactly("a#1");
    assertThat(queued.log.lines()).isEmpty();
  }
}
