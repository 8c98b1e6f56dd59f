package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M12")
class LeaseKeeperTest {

  private final SteppingScheduler time = new SteppingScheduler();
  private final Queued queued = new Queued(time);

  private void active(UnaryOperator<Queued.Settings> change) {
    queued.open();
    queued.activate(change);
    time.run();
  }

  @Test
  void aLeaseIsRenewedForAsLongAsItsListenerRuns() {
    queued.sendUnseen("a");
    queued.target.script(
        message -> {
          time.advance(Duration.ofHours(2));
          return queued.complete(message);
        });
    active(s -> s);
    assertThat(queued.states()).containsExactly("COMPLETED/1");
  }

  @Test
  void allTermsAreRenewedInOneCallAtAThirdOfTheShortestLease() {
    queued.open();
    queued.activate(s -> s.name("slow").lease(Duration.ofSeconds(60)));
    queued.activate(s -> s.name("fast").lease(Duration.ofSeconds(9)));
    time.run();
    time.advance(Duration.ofSeconds(30));
    assertThat(queued.leases.calls("renewTerms")).isEqualTo(10);
    synchronized (queued.memory.rows()) {
      assertThat(queued.memory.rows().terms.values())
          .containsExactlyInAnyOrder(time.now().plusSeconds(9), time.now().plusSeconds(60));
    }
  }

  @Test
  void aSlowRenewalDoesNotPutOffTheNext() {
    queued.open();
    queued.activate(s -> s.lease(Duration.ofSeconds(9)));
    time.run();
    queued.leases.before("renewTerms", () -> time.pass(Duration.ofSeconds(2)));
    time.advance(Duration.ofSeconds(31));
    assertThat(queued.leases.calls("renewTerms")).isEqualTo(10);
  }

  @Test
  void aLeapOfTimeIsFollowedByARenewalAtOnce() {
    queued.open();
    queued.activate(s -> s);
    time.run();
    long before = queued.leases.calls("renewTerms");
    assertThat(queued.beat()).isFalse();
    time.advance(Duration.ofSeconds(1));
    assertThat(queued.leases.calls("renewTerms")).isEqualTo(before);

    queued.onBeat(() -> time.leap(Duration.ofHours(1)));
    assertThat(queued.beat()).isFalse();
    time.advance(Duration.ofMillis(1));

    assertThat(queued.leases.calls("renewTerms")).isEqualTo(before + 1);
    assertThat(queued.memory.rows().terms.values())
        .allSatisfy(end -> assertThat(end).isAfter(time.now()));
  }

  @Test
  void withoutRenewalALeaseEndsAfterItsDurationAlthoughTheTermGoesOn() {
    queued.sendUnseen("a");
    queued.target.script(
        message -> {
          if (message.lease().attempt() == 1) {
            time.advance(Duration.ofSeconds(32));
            return new DeliveryTarget.DeliveryResult.LeaseLost();
          }
          return queued.complete(message);
        });
    active(s -> s.maxConcurrency(1).renewal(false).retries("0s,0s", null));
    time.advance(Duration.ofSeconds(1));
    assertThat(queued.attempts()).containsExactly("a#1", "a#2");
    assertThat(queued.states()).containsExactly("COMPLETED/2");
  }

  @Test
  void aTermThatWasRemovedIsOpenedAgainAndItsLeasesAreLost() {
    queued.sendUnseen("a", "b");
    queued.target.script(
        message -> {
          if (Queued.body(message).equals("a") && message.lease().attempt() == 1) {
            // A long pause of this process: another node removed what had run out.
            synchronized (queued.memory.rows()) {
              queued.memory.rows().terms.clear();
            }
            time.advance(Duration.ofSeconds(15));
            return new DeliveryTarget.DeliveryResult.LeaseLost();
          }
          return queued.complete(message);
        });
    active(s -> s.maxConcurrency(1).prefetch(1));
    time.advance(Duration.ofSeconds(5));
    assertThat(queued.log.lines("WB-0130")).hasSize(1);
    assertThat(queued.leases.calls("openTerm")).isEqualTo(2);
    assertThat(queued.states()).containsExactly("COMPLETED/2", "COMPLETED/1");
  }

  @Test
  void whatWasLeasedAheadUnderATermThatRanOutIsNotHandedOver() {
    queued.sendUnseen("quick", "a", "b");
    queued.target.script(
        message -> {
          if (Queued.body(message).equals("a")) {
            // Too late for the renewal, and too early for a reaper.
            queued.leases.before("renewTerms", Queued::breakDown);
            queued.leases.before("expire", Queued::breakDown);
            time.advance(Duration.ofSeconds(31));
            queued.leases.calm();
          } else if (Queued.body(message).equals("b")) {
            assertThat(message.lease().counted()).as("leased again").isTrue();
          }
          return queued.complete(message);
        });
    active(s -> s.maxConcurrency(1).prefetch(1));
    assertThat(queued.attempts()).containsExactly("quick#1", "a#1", "b#1");
    assertThat(queued.leases.calls("giveBack")).isEqualTo(1);
  }

  @Test
  void renewalsGoOnAfterAnOutage() {
    active(s -> s);
    queued.leases.before("renewTerms", Queued::breakDown);
    time.advance(Duration.ofMinutes(5));
    queued.leases.calm();
    time.advance(Duration.ofSeconds(30));
    synchronized (queued.memory.rows()) {
      assertThat(queued.memory.rows().terms.values())
          .singleElement()
          .satisfies(end -> assertThat(end).isAfter(time.now()));
    }
  }

  @Test
  @Tag("M7")
  void aLeaseOfAClaimWhoseAnswerWasLostIsGivenBackUnattempted() {
    queued.sendUnseen("a");
    queued.leases.after(
        "claim",
        any -> {
          queued.leases.calm();
          throw Queued.outOfReach();
        });
    active(s -> s);
    time.advance(Duration.ofSeconds(59));
    assertThat(queued.states()).containsExactly("LEASED/1");
    time.advance(Duration.ofSeconds(2));
    assertThat(queued.attempts()).containsExactly("a#1");
    assertThat(queued.states()).containsExactly("COMPLETED/1");
    assertThat(queued.log.lines("WB-0131")).hasSize(1);
  }

  @Test
  @Tag("M7")
  void aLeaseThatWasHandedOverAndIsHeldByNobodyIsAFailedAttempt() {
    queued.sendUnseen("a");
    queued.target.script(message -> new DeliveryTarget.DeliveryResult.Settled());
    active(s -> s.retries("1h", null));
    time.advance(Duration.ofSeconds(61));
    assertThat(queued.states()).containsExactly("SCHEDULED/1");
  }

  @Test
  void aLeaseThatIsBeingWorkedUnderIsNoOrphan() {
    queued.sendUnseen("a", "b");
    queued.target.script(
        message -> {
          time.advance(Duration.ofMinutes(5));
          return queued.complete(message);
        });
    active(s -> s.maxConcurrency(1).prefetch(1));
    assertThat(queued.states()).containsOnly("COMPLETED/1");
    assertThat(queued.log.lines("WB-0131")).isEmpty();
  }
}
