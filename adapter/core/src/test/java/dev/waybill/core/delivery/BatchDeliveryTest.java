package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.branch.Operation;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.AttemptFailure;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M4")
class BatchDeliveryTest {

  private static final Duration WAIT = Duration.ofSeconds(5);

  /** A batch is not complete to the millisecond. */
  private static final Duration A_LITTLE = Duration.ofMillis(60);

  private final SteppingScheduler time = new SteppingScheduler();
  private final Queued queued = new Queued(time);

  private Activation active(UnaryOperator<Queued.Settings> change) {
    queued.open();
    Activation activation = queued.activate(s -> change.apply(s.batches(4, WAIT)));
    time.run();
    return activation;
  }

  private void send(int from, int to) {
    queued.sendUnseen(IntStream.range(from, to).mapToObj(i -> "m" + i).toArray(String[]::new));
  }

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
  @Tag("M12")
  void aBatchThatTakesTooLongLosesItsLeasesAndIsTriedAgain() {
    active(s -> s.batches(4, Duration.ZERO).maxLease(Duration.ofSeconds(30)));
    List<String> lost = new ArrayList<>();
    queued.target.allBatches(
        batch -> {
          if (lost.isEmpty()) {
            lost.add("once");
            time.pass(Duration.ofSeconds(31));
            assertThat(queued.memory.leases().expire(100)).hasSize(2);
            return new DeliveryResult.LeaseLost();
          }
          return queued.completeAll(batch);
        });
    queued.send("m0", "m1");
    time.run();
    time.advance(Duration.ofSeconds(10));
    assertThat(queued.states()).containsOnly("COMPLETED/2");
    assertThat(queued.log.lines("WB-0111")).hasSize(2);
  }

  @Test
  @Tag("M7")
  void firstTriesAreCountedByWhatEndsThemAndTriedOnesBeforeTheListenerRuns() {
    List<List<String>> seen = new ArrayList<>();
    queued.target.allBatches(
        batch -> {
          seen.add(queued.states());
          assertThat(batch)
              .extracting(LeasedMessage::lease)
              .allMatch(lease -> lease.counted() == lease.attempt() > 1);
          return seen.size() == 1 ? Queued.failAll(batch) : queued.completeAll(batch);
        });
    send(0, 3);
    active(s -> s.retries("1s", null).batches(4, Duration.ZERO));
    queued.send("m3");
    time.advance(Duration.ofMillis(1001));
    assertThat(seen.get(0)).containsExactly("LEASED/0", "LEASED/0", "LEASED/0");
    assertThat(queued.states())
        .containsExactly("COMPLETED/2", "COMPLETED/2", "COMPLETED/2", "COMPLETED/1");
    assertThat(queued.target.batches()).contains("m0#2 m1#2 m2#2");
  }

  @Test
  @Tag("M7")
  @Tag("C9")
  void theOnlyAttemptIsCountedBeforeTheListenerRuns() {
    queued.target.allBatches(
        batch -> {
          assertThat(batch).extracting(LeasedMessage::lease).allMatch(Lease::counted);
          assertThat(queued.states()).containsOnly("LEASED/1");
          return queued.completeAll(batch);
        });
    send(0, 4);
    active(s -> s.retries("none", Queued.DLQ));
    assertThat(queued.target.batches()).hasSize(1);
    assertThat(queued.states()).containsOnly("COMPLETED/1");
  }

  @Test
  @Tag("M7")
  @Tag("M15")
  void whatMayHaveKilledItsConsumerComesInABatchOfItsOwn() {
    queued.sendUnseen("m0", "m1", "m2");
    claimedByANodeThatDies();
    queued.sendUnseen("m3", "m4");
    queued.target.allBatches(
        batch -> {
          if (batch.get(0).lease().counted()) {
            assertThat(batch).hasSize(1);
          }
          return queued.completeAll(batch);
        });
    active(s -> s);
    time.advance(WAIT.plus(A_LITTLE));
    assertThat(queued.target.batches())
        .containsExactlyInAnyOrder("m0#1", "m1#1", "m2#1", "m3#1 m4#1");
  }

  private void claimedByANodeThatDies() {
    UUID term = queued.memory.leases().openTerm("dead", time.now().plusSeconds(1));
    claim(term, RetryPolicy.DEFAULT);
    time.pass(Duration.ofSeconds(2));
    assertThat(queued.memory.leases().expire(10)).hasSize(3);
  }

  private List<Lease> claim(UUID term, RetryPolicy policy) {
    return queued
        .memory
        .leases()
        .claim(
            new ClaimRequest(
                term,
                List.of(Queued.ORDERS),
                ReferenceRows.GROUP,
                4,
                ClaimManner.BATCH,
                Optional.empty(),
                policy))
        .stream()
        .map(LeasedMessage::lease)
        .toList();
  }

  @Test
  @Tag("M15")
  void aMessageThatKillsItsConsumerEachTimeIsGivenUpAtMostOneKillLater() {
    queued.sendUnseen("poison", "m1");
    List<Integer> kills = new ArrayList<>();
    queued.open();
    for (int node = 0; queued.states().get(0).startsWith("READY") && node < 20; node++) {
      UUID term = queued.memory.leases().openTerm("node" + node, time.now().plusSeconds(1));
      List<Lease> leases = claim(term, new Queued.Settings().retries("0s,0s", Queued.DLQ).policy);
      if (leases.get(0).delivery().position() > 1) {
        queued.memory.commitLocal(List.of(new Operation.Complete(leases.get(0))));
        continue;
      }
      kills.add(leases.size());
      time.pass(Duration.ofSeconds(2));
      queued.memory.leases().expire(10);
    }
    assertThat(kills).as("the one of the block, and three attempts").containsExactly(2, 1, 1, 1);
    assertThat(queued.states().get(0)).isEqualTo("DEAD_LETTERED/3");
    assertThat(queued.states().get(1)).as("was with it once").isEqualTo("COMPLETED/1");
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
  @Tag("M5")
  void aFailedBatchEndsEachMessageByTheSchedule() {
    queued.target.allBatches(Queued::failAll);
    send(0, 4);
    active(s -> s.retries("1s", Queued.DLQ));
    assertThat(queued.states()).containsOnly("SCHEDULED/1");
    time.advance(WAIT.plusSeconds(2));
    assertThat(queued.target.batches())
        .containsExactly("m0#1 m1#1 m2#1 m3#1", "m0#2 m1#2 m2#2 m3#2");
    assertThat(queued.states().subList(0, 4)).containsOnly("DEAD_LETTERED/2");
    assertThat(queued.log.lines("WB-0120")).hasSize(4);
  }

  @Test
  @Tag("M12")
  void aLostLeaseOfOneIsNotALossOfTheOthers() {
    queued.target.batchScript(
        batch -> {
          queued
              .memory
              .leases()
              .recordFailure(batch.get(1).lease(), AttemptFailure.bySchedule("x"));
          return new DeliveryResult.LeaseLost();
        });
    send(0, 4);
    active(s -> s.retries("1h", null));
    assertThat(queued.states()).containsOnly("SCHEDULED/1");
    assertThat(queued.log.lines("WB-0111")).hasSize(1);
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
  @Tag("C2")
  void ofABatchWhoseOutcomeIsUnknownEachMessageIsAskedFor() {
    queued.target.batchScript(
        batch -> {
          queued.memory.commitLocal(List.of(new Operation.Complete(batch.get(0).lease())));
          return new DeliveryResult.Unknown("no answer");
        });
    send(0, 4);
    active(s -> s.retries("1h", null));
    assertThat(queued.states())
        .containsExactly("COMPLETED/1", "SCHEDULED/1", "SCHEDULED/1", "SCHEDULED/1");
  }

  @Test
  @Tag("M11")
  void anEndpointThatIsNotReachedCostsNoAttemptOfAny() {
    queued.target.allBatches(batch -> new DeliveryResult.NotStarted("the pool is empty"));
    send(0, 6);
    active(s -> s.maxConcurrency(1));
    assertThat(queued.states().subList(0, 4)).containsOnly("READY/0");
    queued.target.allBatches(queued::completeAll);
    time.advance(WAIT.plusSeconds(6));
    assertThat(queued.states()).containsOnly("COMPLETED/1");
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
  void aHandOverThatFailsGivesTheBatchBack() {
    queued.target.allBatches(
        batch ->
            batch.get(0).lease().attempt() == 1
                ? Queued.failAll(batch)
                : queued.completeAll(batch));
    send(0, 4);
    active(s -> s.retries("1s,1s", null));
    queued.leases.before("handOver", Queued::breakDown);
    time.advance(Duration.ofSeconds(2));
    assertThat(queued.states()).containsOnly("READY/1");
    queued.leases.calm();
    time.advance(Duration.ofSeconds(12));
    assertThat(queued.states()).containsOnly("COMPLETED/2");
    assertThat(queued.target.batches())
        .containsExactly("m0#1 m1#1 m2#1 m3#1", "m0#2 m1#2 m2#2 m3#2");
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
