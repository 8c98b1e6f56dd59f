package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.store.AttemptFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M11")
class PrefetchTest {

  private final SteppingScheduler time = new SteppingScheduler();
  private final Queued queued = new Queued(time);

  private Activation active(UnaryOperator<Queued.Settings> change) {
    queued.open();
    Activation activation = queued.activate(change);
    time.run();
    return activation;
  }

  /** Quick ones come first: only who has worked fast leases ahead. */
  private void sendQuick(int count) {
    queued.sendUnseen(IntStream.range(0, count).mapToObj(i -> "q" + i).toArray(String[]::new));
  }

  private static boolean isQuick(LeasedMessage message) {
    return Queued.body(message).startsWith("q");
  }

  private void send(int count) {
    queued.sendUnseen(IntStream.range(0, count).mapToObj(i -> "m" + i).toArray(String[]::new));
  }

  @Test
  void messagesLeasedAheadSaveClaimsAndKeepTheOrder() {
    send(40);
    active(s -> s.maxConcurrency(1).prefetch(9));
    assertThat(queued.target.bodies())
        .isEqualTo(IntStream.range(0, 40).mapToObj(i -> "m" + i).toList());
    assertThat(queued.leases.calls("claim")).isLessThanOrEqualTo(10);
    assertThat(queued.states()).containsOnly("COMPLETED/1");
  }

  @Test
  @Tag("M7")
  void firstTriesOfABlockAreCountedByWhatEndsThem() {
    send(5);
    List<List<String>> seen = new ArrayList<>();
    queued.target.script(
        message -> {
          seen.add(queued.states());
          return queued.complete(message);
        });
    active(s -> s.maxConcurrency(1).prefetch(3));
    assertThat(seen.get(0))
        .as("nothing is known of the pace")
        .containsExactly("LEASED/1", "READY/0", "READY/0", "READY/0", "READY/0");
    assertThat(seen.get(1))
        .containsExactly("COMPLETED/1", "LEASED/0", "LEASED/0", "READY/0", "READY/0");
    assertThat(queued.states()).containsOnly("COMPLETED/1");
  }

  @Test
  @Tag("M7")
  @Tag("M15")
  void aTriedMessageComesAloneAndIsCountedBeforeItsListenerRuns() {
    send(8);
    queued.target.script(
        message -> {
          Lease lease = message.lease();
          assertThat(lease.attempt() == 1 || lease.counted()).isTrue();
          if (Queued.body(message).equals("m4") && lease.attempt() < 3) {
            return new DeliveryTarget.DeliveryResult.Failed(
                List.of(
                    new AttemptFailure(
                        AttemptOutcome.FAILED,
                        "boom",
                        new AttemptFailure.Wish.TryAgain(Optional.of(Duration.ZERO)))));
          }
          return queued.complete(message);
        });
    active(s -> s.maxConcurrency(1).prefetch(2));
    assertThat(queued.attempts())
        .containsExactlyInAnyOrder(
            "m0#1", "m1#1", "m2#1", "m3#1", "m4#1", "m4#2", "m4#3", "m5#1", "m6#1", "m7#1");
  }

  @Test
  void aSlowBeanLeasesNothingAhead() {
    send(5);
    queued.target.script(
        message -> {
          assertThat(queued.leased()).hasSize(1);
          time.advance(Duration.ofSeconds(1));
          return queued.complete(message);
        });
    active(s -> s.maxConcurrency(1).prefetch(50));
    assertThat(queued.target.delivered()).hasSize(5);
  }

  @Test
  void whatWaitsForAnEndpointThatDoesNotComeIsGivenBack() {
    send(60);
    queued.target.script(
        message -> {
          if (Queued.body(message).equals("m20")) {
            assertThat(queued.leased()).hasSizeGreaterThan(1);
            queued.target.available(false);
            return new DeliveryTarget.DeliveryResult.NotStarted("no endpoint");
          }
          return queued.complete(message);
        });
    active(s -> s.maxConcurrency(1).prefetch(10));
    time.advance(Duration.ofSeconds(1));

    assertThat(queued.leased()).isEmpty();
    assertThat(queued.states().subList(20, 60)).containsOnly("READY/0");
  }

  @Test
  void aFastBeanIsRefilledInTheBackgroundAndGetsAllInOrder() {
    send(300);
    active(s -> s.maxConcurrency(1).prefetch(20));
    assertThat(queued.target.bodies())
        .isEqualTo(IntStream.range(0, 300).mapToObj(i -> "m" + i).toList());
    assertThat(queued.leases.calls("claim")).isLessThan(40);
    assertThat(queued.leased()).isEmpty();
  }

  @Test
  @Tag("C9")
  void amessageThatHasOneAttemptIsNeverLeasedAhead() {
    send(5);
    queued.target.script(
        message -> {
          assertThat(queued.leased()).hasSize(1).allMatch(Lease::counted);
          return queued.complete(message);
        });
    active(s -> s.maxConcurrency(1).prefetch(3).retries("none", Queued.DLQ));
    assertThat(queued.target.delivered()).hasSize(5);
  }

  @Test
  @Tag("M12")
  void theLimitOfALeaseRunsFromItsHandOver() {
    sendQuick(1);
    send(2);
    queued.target.script(
        message -> {
          if (isQuick(message)) {
            return queued.complete(message);
          }
          if (Queued.body(message).equals("m0")) {
            time.advance(Duration.ofSeconds(55));
          } else {
            time.advance(Duration.ofSeconds(59));
          }
          assertThat(queued.memory.leases().expire(100)).isEmpty();
          return queued.complete(message);
        });
    active(s -> s.maxConcurrency(1).prefetch(1).maxLease(Duration.ofMinutes(1)));
    assertThat(queued.states()).containsOnly("COMPLETED/1");
    assertThat(queued.leases.calls("limitLease")).isEqualTo(1);
  }

  @Test
  void aMessageWhoseLeaseWasLostInTheBufferIsSkipped() {
    sendQuick(3);
    send(3);
    queued.target.script(
        message -> {
          if (Queued.body(message).equals("m0")) {
            // As if a reaper had ended the lease of m1.
            queued.memory.leases().giveBack(List.of(leaseOf("m1")));
          }
          return queued.complete(message);
        });
    active(s -> s.maxConcurrency(1).prefetch(2).maxLease(Duration.ofMinutes(1)));
    assertThat(queued.target.bodies()).containsExactly("q0", "q1", "q2", "m0", "m2", "m1");
    assertThat(queued.states()).containsOnly("COMPLETED/1");
  }

  private Lease leaseOf(String body) {
    synchronized (queued.memory.rows()) {
      return queued.memory.rows().rows.stream()
          .filter(row -> row.lease != null)
          .filter(row -> Queued.body(new LeasedMessage(row.lease, row.message)).equals(body))
          .findFirst()
          .orElseThrow()
          .lease;
    }
  }

  @Test
  void whatWasLeasedAheadIsRenewedWhileItWaits() {
    sendQuick(1);
    send(2);
    queued.target.script(
        message -> {
          if (isQuick(message)) {
            return queued.complete(message);
          }
          time.advance(Duration.ofMinutes(10));
          return queued.complete(message);
        });
    active(s -> s.maxConcurrency(1).prefetch(1));
    assertThat(queued.attempts()).containsExactly("q0#1", "m0#1", "m1#1");
    assertThat(queued.states()).containsOnly("COMPLETED/1");
  }

  @Test
  void aRefillThatFailsHoldsNothingUpAndIsTriedAgain() {
    send(120);
    AtomicInteger claims = new AtomicInteger();
    queued.leases.before(
        "claim",
        () -> {
          if (claims.incrementAndGet() == 8) {
            Queued.breakDown();
          }
        });
    active(s -> s.maxConcurrency(1).prefetch(20));
    time.advance(Duration.ofSeconds(5));
    assertThat(queued.target.bodies())
        .isEqualTo(IntStream.range(0, 120).mapToObj(i -> "m" + i).toList());
    assertThat(queued.states()).containsOnly("COMPLETED/1");
  }

  @Test
  @Tag("M17")
  void aStopGivesBackWhatWasLeasedAheadAtOnceAndUnattempted() {
    sendQuick(3);
    send(4);
    Activation[] activation = new Activation[1];
    queued.target.script(
        message -> {
          if (isQuick(message)) {
            return queued.complete(message);
          }
          assertThat(queued.leased()).hasSize(4);
          activation[0].beginStop();
          assertThat(queued.leased()).hasSize(1);
          return queued.complete(message);
        });
    queued.open();
    activation[0] = queued.activate(s -> s.maxConcurrency(1).prefetch(3));
    time.run();
    activation[0].stop();
    assertThat(queued.attempts()).containsExactly("q0#1", "q1#1", "q2#1", "m0#1");
    assertThat(queued.states().subList(3, 7))
        .containsExactly("COMPLETED/1", "READY/0", "READY/0", "READY/0");
  }
}
