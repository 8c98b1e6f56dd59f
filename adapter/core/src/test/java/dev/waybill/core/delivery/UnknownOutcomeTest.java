package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C2")
class UnknownOutcomeTest {

  private static final BranchId BRANCH = new BranchId(1, "01", "02");
  private static final DeliveryResult UNKNOWN = new DeliveryResult.Unknown("answer lost");

  private final SteppingScheduler time = new SteppingScheduler();
  private final Queued queued = new Queued(time);

  @BeforeEach
  void oneMessage() {
    queued.sendUnseen("a");
    queued.open();
  }

  private void activate() {
    queued.activate(s -> s.retries("1h", null));
    time.run();
  }

  @Test
  void aSettlementThatDidCommitLeavesNothingToDo() {
    queued.target.script(
        message -> {
          DeliveryResult unseen = queued.complete(message);
          assertThat(unseen).isInstanceOf(DeliveryResult.Settled.class);
          return UNKNOWN;
        });
    activate();
    time.advance(Duration.ofMinutes(5));
    assertThat(queued.states()).containsExactly("COMPLETED/1");
    assertThat(queued.leases.calls("recordFailure")).isZero();
  }

  @Test
  void aSettlementThatDidNotCommitIsAFailedAttempt() {
    queued.target.script(message -> UNKNOWN);
    activate();
    assertThat(queued.states()).containsExactly("SCHEDULED/1");
  }

  @Test
  void aLeaseInDoubtIsLeftToItsBranchUntilItIsCommitted() {
    inDoubt();
    assertThat(queued.memory.commitPrepared(BRANCH)).isNotNull();
    time.advance(Duration.ofMinutes(5));
    assertThat(queued.states()).containsExactly("COMPLETED/1");
    assertThat(queued.leases.calls("recordFailure")).isZero();
  }

  @Test
  void anAttemptWhoseBranchIsRolledBackLaterIsRecordedOnce() {
    inDoubt();
    assertThat(queued.memory.rollbackPrepared(BRANCH)).isNotNull();
    time.advance(Duration.ofMinutes(1));
    assertThat(queued.states()).containsExactly("SCHEDULED/1");
    assertThat(queued.leases.calls("recordFailure")).isEqualTo(1);
  }

  private void inDoubt() {
    queued.target.script(
        message -> {
          queued.memory.prepare(BRANCH, List.of(new Operation.Complete(message.lease())));
          return UNKNOWN;
        });
    activate();
    time.advance(Duration.ofMinutes(10));
    assertThat(queued.states()).containsExactly("IN_DOUBT/1");
    assertThat(queued.leases.calls("recordFailure")).isZero();
  }

  @Test
  void whatCannotBeAskedNowIsAskedWhenTheStoreIsBack() {
    queued.target.script(
        message -> {
          queued.leases.before("*", Queued::breakDown);
          return UNKNOWN;
        });
    activate();
    time.advance(Duration.ofSeconds(10));
    assertThat(queued.states()).containsExactly("LEASED/1");
    queued.leases.calm();
    time.advance(Duration.ofSeconds(16));
    assertThat(queued.states()).containsExactly("SCHEDULED/1");
  }

  @Test
  @Tag("M7")
  void aFailureThatCannotBeRecordedNowIsRecordedOnceWhenTheStoreIsBack() {
    queued.target.script(
        message -> {
          queued.leases.before("*", Queued::breakDown);
          return Queued.fail(message);
        });
    activate();
    time.advance(Duration.ofSeconds(25));
    queued.leases.calm();
    time.advance(Duration.ofMinutes(2));
    assertThat(queued.states()).containsExactly("SCHEDULED/1");
  }
}
