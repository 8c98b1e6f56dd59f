package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.QueueException;
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
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of the messages of a batch that does not succeed, and how they are counted. */
@Tag("M4")
class BatchFailureTest extends BatchScene {

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
    assertThat(queued.leases.calls("recordFailures")).as("all at once").isEqualTo(2);
    assertThat(queued.leases.calls("recordFailure")).isZero();
  }

  @Test
  @Tag("M5")
  void whatCannotBeRecordedTogetherIsRecordedOneByOne() {
    queued.target.batchScript(Queued::failAll);
    send(0, 4);
    queued.leases.before(
        "recordFailures",
        () -> {
          throw new QueueException(QueueException.Kind.INTERNAL, "refused");
        });
    AtomicInteger calls = new AtomicInteger();
    queued.leases.before(
        "recordFailure",
        () -> {
          if (calls.incrementAndGet() == 2) {
            throw new QueueException(QueueException.Kind.INTERNAL, "refused");
          }
        });
    active(s -> s.retries("1h", null));
    assertThat(queued.states())
        .containsExactly("SCHEDULED/1", "LEASED/0", "SCHEDULED/1", "SCHEDULED/1");

    time.advance(Duration.ofSeconds(1));

    assertThat(queued.states()).containsOnly("SCHEDULED/1");
  }

  @Test
  @Tag("M5")
  void whileTheStoreIsAwayItIsNotAskedForEachMessage() {
    queued.target.batchScript(Queued::failAll);
    send(0, 4);
    queued.leases.before("recordFailures", Queued::breakDown);
    queued.leases.before("recordFailure", Queued::breakDown);
    active(s -> s.retries("1h", null));
    assertThat(queued.states()).containsOnly("LEASED/0");
    assertThat(queued.leases.calls("recordFailure")).isZero();
    queued.leases.calm();

    time.advance(Duration.ofSeconds(1));

    assertThat(queued.states()).containsOnly("SCHEDULED/1");
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
}
