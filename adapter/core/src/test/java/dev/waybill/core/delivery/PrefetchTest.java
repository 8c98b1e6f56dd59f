package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
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
  void onlyTheMessageInHandIsCountedAsAnAttempt() {
    send(5);
    AtomicReference<List<String>> seen = new AtomicReference<>();
    queued.target.script(
        message -> {
          seen.compareAndSet(null, queued.states());
          return queued.complete(message);
        });
    active(s -> s.maxConcurrency(1).prefetch(3));
    assertThat(seen.get())
        .containsExactly("LEASED/1", "LEASED/0", "LEASED/0", "LEASED/0", "READY/0");
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
    send(2);
    queued.target.script(
        message -> {
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
    assertThat(queued.target.bodies()).containsExactly("m0", "m2", "m1");
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
    send(2);
    queued.target.script(
        message -> {
          time.advance(Duration.ofMinutes(10));
          return queued.complete(message);
        });
    active(s -> s.maxConcurrency(1).prefetch(1));
    assertThat(queued.attempts()).containsExactly("m0#1", "m1#1");
    assertThat(queued.states()).containsOnly("COMPLETED/1");
  }

  @Test
  void aFailureToLeaseAheadDoesNotHoldUpTheMessageInHand() {
    send(3);
    queued.leases.after("claim", any -> queued.leases.before("claim", Queued::breakDown));
    active(s -> s.maxConcurrency(1).prefetch(2));
    assertThat(queued.attempts()).containsExactly("m0#1");
    queued.leases.calm();
    time.advance(Duration.ofSeconds(5));
    assertThat(queued.attempts()).containsExactly("m0#1", "m1#1", "m2#1");
  }

  @Test
  @Tag("M17")
  void aStopGivesBackWhatWasLeasedAheadAtOnceAndUnattempted() {
    send(4);
    Activation[] activation = new Activation[1];
    queued.target.script(
        message -> {
          activation[0].beginStop();
          assertThat(queued.states()).containsExactly("LEASED/1", "READY/0", "READY/0", "READY/0");
          return queued.complete(message);
        });
    queued.open();
    activation[0] = queued.activate(s -> s.maxConcurrency(1).prefetch(3));
    time.run();
    activation[0].stop();
    assertThat(queued.attempts()).containsExactly("m0#1");
    assertThat(queued.states()).containsExactly("COMPLETED/1", "READY/0", "READY/0", "READY/0");
  }
}
