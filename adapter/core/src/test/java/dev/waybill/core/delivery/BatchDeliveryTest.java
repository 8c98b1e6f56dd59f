package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.model.Lease;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Batches fill, and are handed over. */
@Tag("M4")
class BatchDeliveryTest extends BatchScene {

  @Test
  void withABacklogBatchesAreFullWithoutWaiting() {
    send(0, 12);
    active(s -> s.maxConcurrency(1));
    assertThat(queued.target.batches())
        .containsExactly("m0#1 m1#1 m2#1 m3#1", "m4#1 m5#1 m6#1 m7#1", "m8#1 m9#1 m10#1 m11#1");
    assertThat(queued.states()).containsOnly("COMPLETED/1");
    assertThat(queued.leases.calls("claim")).as("one for each batch, and a look").isEqualTo(4);
    assertThat(queued.leases.calls("handOver"))
        .as("nothing is to be counted")
        .isLessThanOrEqualTo(3);
  }

  @Test
  void whatIsLeftWaitsForOthersAndNoLonger() {
    send(0, 6);
    active(s -> s);
    assertThat(queued.target.batches()).containsExactly("m0#1 m1#1 m2#1 m3#1");
    time.advance(WAIT.minusMillis(1));
    assertThat(queued.target.batches()).hasSize(1);
    time.advance(Duration.ofMillis(2));
    assertThat(queued.target.batches()).containsExactly("m0#1 m1#1 m2#1 m3#1", "m4#1 m5#1");
  }

  @Test
  void aBatchThatFillsUpDoesNotWait() {
    active(s -> s);
    for (int i = 0; i < 4; i++) {
      queued.send("m" + i);
      time.advance(Duration.ofMillis(200));
    }
    assertThat(queued.target.batches()).containsExactly("m0#1 m1#1 m2#1 m3#1");
  }

  @Test
  void theWaitRunsFromTheFirstMessageNotTheLast() {
    active(s -> s);
    queued.send("m0");
    time.advance(Duration.ofSeconds(4));
    queued.send("m1");
    time.advance(Duration.ofSeconds(1).plus(A_LITTLE));
    assertThat(queued.target.batches()).containsExactly("m0#1 m1#1");
  }

  @Test
  void withoutAWaitABatchIsWhatIsThere() {
    send(0, 6);
    active(s -> s.batches(4, Duration.ZERO));
    assertThat(queued.target.batches()).containsExactly("m0#1 m1#1 m2#1 m3#1", "m4#1 m5#1");
    queued.send("m6");
    time.run();
    assertThat(queued.target.batches()).hasSize(3).last().isEqualTo("m6#1");
  }

  @Test
  void nobodyIsHandedAnEmptyBatch() {
    active(s -> s);
    time.advance(Duration.ofMinutes(10));
    assertThat(queued.target.batches()).isEmpty();
  }

  @Test
  @Tag("M11")
  void whileABatchFillsNoEndpointIsHeldAndTheStoreIsNotAskedAgainAndAgain() {
    active(s -> s);
    queued.send("m0");
    time.run();
    assertThat(queued.leased()).hasSize(1);
    assertThat(queued.target.open()).isZero();
    long claims = queued.leases.calls("claim");
    time.advance(WAIT.minusMillis(1));
    assertThat(queued.leases.calls("claim")).as("nothing came").isEqualTo(claims);
    assertThat(queued.target.batches()).isEmpty();
  }

  @Test
  @Tag("M11")
  void aStreamOfSignalsCostsALookNowAndThen() {
    active(s -> s.batches(100, Duration.ofSeconds(60)));
    queued.send("m0");
    time.run();
    long claims = queued.leases.calls("claim");
    int acquired = queued.target.acquired();
    for (int i = 1; i <= 1000; i++) {
      queued.engine.visible(Set.of(Queued.ORDERS));
      time.advance(Duration.ofMillis(1));
    }
    assertThat(queued.leases.calls("claim") - claims).isBetween(10L, 25L);
    assertThat(queued.target.acquired() - acquired).isBetween(10, 25);
  }

  @Test
  @Tag("M12")
  void theLeaseRunsFromHandOverNotWhileTheBatchFills() {
    active(s -> s.batches(4, Duration.ofSeconds(60)).maxLease(Duration.ofSeconds(30)));
    queued.target.allBatches(
        batch -> {
          time.advance(Duration.ofSeconds(29));
          assertThat(queued.memory.leases().expire(100)).isEmpty();
          return queued.completeAll(batch);
        });
    queued.send("m0", "m1");
    time.advance(Duration.ofSeconds(60).plus(A_LITTLE));
    assertThat(queued.target.batches()).containsExactly("m0#1 m1#1");
    assertThat(queued.states()).containsOnly("COMPLETED/1");
  }

  @Test
  void anAttemptBeginsWithTheHandOver() {
    active(s -> s);
    queued.send("m0");
    time.advance(WAIT.plus(A_LITTLE));
    assertThat(queued.target.delivered())
        .singleElement()
        .matches(each -> each.lease().leasedAt().isAfter(time.now().minus(A_LITTLE)));
  }

  @Test
  @Tag("M6")
  void aBatchHoldsMessagesOfOneQueueAndQueuesDoNotWaitForEachOther() {
    send(0, 2);
    for (int i = 0; i < 5; i++) {
      queued.memory.commitLocal(List.of(queued.message(Queued.DLQ, "d" + i, Duration.ZERO, 4)));
    }
    active(s -> s.queues(Queued.ORDERS, Queued.DLQ));
    assertThat(queued.target.batches()).containsExactly("d0#1 d1#1 d2#1 d3#1");
    queued.send("m2", "m3");
    time.advance(A_LITTLE);
    assertThat(queued.target.batches()).contains("m0#1 m1#1 m2#1 m3#1");
    time.advance(WAIT);
    assertThat(queued.target.batches()).hasSize(3).contains("d4#1");
  }

  @Test
  @Tag("M12")
  @Tag("G5")
  void afterAnOutageTheTermIsRenewedBeforeABatchIsLeasedUnderIt() {
    active(s -> s.maxConcurrency(1));
    send(0, 4);
    time.advance(Duration.ofSeconds(10));
    queued.leases.before("*", Queued::breakDown);
    time.pass(Duration.ofSeconds(40));
    queued.leases.calm();
    queued.leases.before("renewTerms", Queued::breakDown);
    long claims = queued.leases.calls("claim");

    queued.send("m4", "m5", "m6", "m7");
    time.run();

    assertThat(queued.target.batches())
        .containsExactly("m0#1 m1#1 m2#1 m3#1", "m4#1 m5#1 m6#1 m7#1");
    assertThat(queued.leases.calls("claim") - claims).isLessThanOrEqualTo(3);
    assertThat(queued.memory.rows().terms.values())
        .allSatisfy(end -> assertThat(end).isAfter(time.now()));
  }

  @Test
  @Tag("M11")
  void whatWaitsForItsBatchIsGivenBackIfThereIsNoEndpoint() {
    active(s -> s);
    queued.send("m0", "m1");
    time.run();
    assertThat(queued.leased()).hasSize(2);
    queued.target.available(false);
    time.advance(WAIT.plus(A_LITTLE));
    assertThat(queued.leased()).isEmpty();
    assertThat(queued.states()).containsOnly("READY/0");
  }

  @Test
  @Tag("M17")
  @Tag("G5")
  void aStopGivesBackWhatWaitsForItsBatchUnattempted() {
    Activation activation = active(s -> s);
    queued.send("m0", "m1");
    time.run();
    assertThat(queued.leased()).hasSize(2);
    activation.stop();
    assertThat(queued.states()).containsOnly("READY/0");
    assertThat(queued.target.batches()).isEmpty();
    time.advance(Duration.ofMinutes(1));
    assertThat(queued.target.batches()).isEmpty();
  }

  @Test
  @Tag("M12")
  void whatWaitsForItsBatchIsRenewed() {
    active(s -> s.batches(4, Duration.ofSeconds(60)).lease(Duration.ofSeconds(3)));
    queued.send("m0");
    time.advance(Duration.ofSeconds(59));
    assertThat(queued.memory.leases().expire(10)).isEmpty();
    assertThat(queued.leased()).hasSize(1);
    time.advance(Duration.ofSeconds(2));
    assertThat(queued.target.batches()).containsExactly("m0#1");
    assertThat(queued.states()).containsExactly("COMPLETED/1");
  }

  @Test
  void whatOthersTookWhileItWaitedIsLeftOut() {
    active(s -> s.maxLease(Duration.ofMinutes(1)));
    queued.send("m0", "m1");
    time.run();
    Lease taken = queued.leased().get(0);
    queued.memory.leases().giveBack(List.of(taken));
    time.advance(WAIT.minus(A_LITTLE));
    time.advance(A_LITTLE.multipliedBy(2));
    String all = queued.target.batches().stream().collect(Collectors.joining(" "));
    assertThat(all).contains("m0#1", "m1#1");
    assertThat(queued.states()).containsOnly("COMPLETED/1");
    assertThat(queued.target.delivered()).hasSize(2);
  }

  @Test
  void aStoreOutOfReachHoldsUpABatchAndLosesNothing() {
    active(s -> s);
    queued.send("m0");
    time.run();
    queued.leases.before("claim", Queued::breakDown);
    time.advance(WAIT.plusSeconds(3));
    assertThat(queued.target.batches()).isEmpty();
    queued.leases.calm();
    time.advance(Duration.ofSeconds(6));
    assertThat(queued.target.batches()).containsExactly("m0#1");
  }

  @Test
  @Tag("M13")
  void aSlowBatchIsWarnedAboutOnce() {
    queued.target.allBatches(
        batch -> {
          time.advance(Duration.ofSeconds(31));
          return queued.completeAll(batch);
        });
    send(0, 4);
    active(s -> s);
    assertThat(queued.log.lines("WB-0110"))
        .singleElement()
        .asString()
        .contains("3 more of its batch");
  }

  @Test
  @Tag("S8")
  void aBatchHoldsAtMostOneMessageOfAKey() {
    for (String body : List.of("a1", "b1", "a2", "b2", "a3")) {
      queued.memory.commitLocal(List.of(queued.keyed(body.substring(0, 1), body)));
    }
    queued.engine.keysChanged();
    active(s -> s.batches(4, Duration.ofSeconds(1)));
    for (int i = 0; i < 4; i++) {
      queued.engine.keysChanged();
      time.advance(Duration.ofSeconds(2));
    }
    assertThat(queued.target.batches()).containsExactly("a1#1 b1#1", "a2#1 b2#1", "a3#1");
  }
}
