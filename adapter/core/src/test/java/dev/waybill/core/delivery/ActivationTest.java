package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult;
import dev.waybill.core.store.AttemptFailure;
import dev.waybill.core.store.AttemptFailure.Wish;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ActivationTest {

  private final SteppingScheduler time = new SteppingScheduler();
  private final Queued queued = new Queued(time);

  private Activation active(UnaryOperator<Queued.Settings> change) {
    queued.open();
    Activation activation = queued.activate(change);
    time.run();
    return activation;
  }

  @Test
  void whatIsReadyAtTheStartIsDelivered() {
    queued.sendUnseen("a", "b", "c");
    active(s -> s);
    assertThat(queued.attempts()).containsExactly("a#1", "b#1", "c#1");
    assertThat(queued.states()).containsOnly("COMPLETED/1");
    assertThat(queued.target.open()).isZero();
  }

  @Test
  void anActivationMadeBeforeTheStoreIsOpenBeginsWhenItOpens() {
    Activation activation = queued.activate(s -> s);
    queued.sendUnseen("a");
    activation.wake();
    time.advance(Duration.ofMinutes(1));
    assertThat(queued.target.acquired()).isZero();
    queued.open();
    time.run();
    assertThat(queued.attempts()).containsExactly("a#1");
  }

  @Test
  void aSignalWakesWithoutWaiting() {
    active(s -> s);
    queued.send("a");
    time.run();
    assertThat(queued.attempts()).containsExactly("a#1");
  }

  @Test
  void aSignalThatComesWhileAWorkerFindsNothingIsNotLost() {
    queued.leases.after(
        "claim",
        any -> {
          queued.leases.calm();
          queued.send("a");
        });
    active(s -> s);
    assertThat(queued.attempts()).containsExactly("a#1");
  }

  @Test
  void aSignalOfAnotherQueueWakesNobody() {
    active(s -> s);
    long claims = queued.leases.calls("claim");
    queued.engine.visible(java.util.Set.of(Queued.DLQ));
    time.run();
    assertThat(queued.leases.calls("claim")).isEqualTo(claims);
  }

  @Test
  void thePollFindsWhatNobodySignalled() {
    active(s -> s.poll(Duration.ofSeconds(5)));
    time.advance(Duration.ofMinutes(1));
    queued.sendUnseen("a");
    time.advance(Duration.ofSeconds(5));
    assertThat(queued.attempts()).containsExactly("a#1");
  }

  @Test
  void anIdleActivationLooksNoMoreOftenThanItsPollInterval() {
    active(s -> s.poll(Duration.ofSeconds(5)));
    time.advance(Duration.ofMinutes(1));
    long claims = queued.leases.calls("claim");
    time.advance(Duration.ofMinutes(1));
    assertThat(queued.leases.calls("claim") - claims).isBetween(11L, 13L);
  }

  @Test
  @Tag("M8")
  void aRetryDoesNotWaitForThePoll() {
    queued.target.script(Queued::fail);
    queued.sendUnseen("a");
    active(s -> s.retries("1s,2s", null));
    time.advance(Duration.ofMillis(999));
    assertThat(queued.attempts()).containsExactly("a#1");
    time.advance(Duration.ofMillis(2));
    assertThat(queued.attempts()).containsExactly("a#1", "a#2");
    time.advance(Duration.ofMillis(2002));
    assertThat(queued.attempts()).containsExactly("a#1", "a#2", "a#3");
    assertThat(queued.states()).containsExactly("DEAD/3");
  }

  @Test
  @Tag("M8")
  void theBackoffOfOneMessageHoldsUpNoOther() {
    queued.target.script(
        message ->
            Queued.body(message).equals("a") ? Queued.fail(message) : queued.complete(message));
    queued.sendUnseen("a", "b", "c");
    active(s -> s.maxConcurrency(1).retries("1h", null));
    queued.send("d");
    time.run();
    assertThat(queued.attempts()).containsExactly("a#1", "b#1", "c#1", "d#1");
    assertThat(queued.states())
        .containsExactly("SCHEDULED/1", "COMPLETED/1", "COMPLETED/1", "COMPLETED/1");
  }

  @Test
  @Tag("S4")
  void aDelayedMessageIsDeliveredWhenItIsDue() {
    active(s -> s);
    queued.memory.commitLocal(
        List.of(
            queued.message(Queued.ORDERS, "late", Duration.ofSeconds(90), 4),
            queued.message(Queued.ORDERS, "soon", Duration.ofSeconds(10), 4)));
    queued.engine.visible(java.util.Set.of(Queued.ORDERS));
    time.advance(Duration.ofSeconds(10));
    assertThat(queued.attempts()).isEmpty();
    time.advance(Duration.ofMillis(1));
    assertThat(queued.attempts()).containsExactly("soon#1");
    time.advance(Duration.ofSeconds(80));
    assertThat(queued.attempts()).containsExactly("soon#1", "late#1");
  }

  @Test
  @Tag("M9")
  void anExhaustedMessageIsLoggedOnceAndWakesTheConsumersOfTheDeadLetterQueue() {
    ScriptedTarget undertaker = new ScriptedTarget(queued::complete, queued::completeAll);
    queued.engine.activate(
        new Queued.Settings().name("app/Undertaker").queue(Queued.DLQ).build(), undertaker);
    queued.target.script(Queued::fail);
    queued.sendUnseen("a");
    active(s -> s.retries("0s", Queued.DLQ));
    time.advance(Duration.ofMillis(1));
    assertThat(queued.attempts()).containsExactly("a#1", "a#2");
    assertThat(undertaker.bodies()).containsExactly("a");
    assertThat(queued.log.lines())
        .singleElement()
        .asString()
        .contains("WB-0120", "app/Orders", "app:orders", "app:orders-dlq", "attempt 2", "boom a");
  }

  @Test
  @Tag("M3")
  void aRejectionThatOutlivedItsRollbackEndsTheMessage() {
    queued.target.script(
        message ->
            new DeliveryResult.Failed(
                List.of(
                    new AttemptFailure(
                        dev.waybill.api.AttemptOutcome.FAILED, "malformed", new Wish.GiveUp()))));
    queued.sendUnseen("a");
    active(s -> s);
    assertThat(queued.states()).containsExactly("DEAD/1");
    assertThat(queued.log.lines()).isEmpty();
  }

  @Test
  @Tag("M3")
  void aDelayThatOutlivedItsRollbackIsObeyed() {
    queued.target.script(
        message ->
            new DeliveryResult.Failed(
                List.of(
                    new AttemptFailure(
                        dev.waybill.api.AttemptOutcome.FAILED,
                        "later",
                        new Wish.TryAgain(Optional.of(Duration.ofSeconds(7)))))));
    queued.sendUnseen("a");
    active(s -> s);
    time.advance(Duration.ofMillis(6999));
    assertThat(queued.attempts()).hasSize(1);
    time.advance(Duration.ofMillis(2));
    assertThat(queued.attempts()).containsExactly("a#1", "a#2");
  }

  @Test
  @Tag("M11")
  void withoutAnEndpointNothingIsClaimedAndNoAttemptCounted() {
    queued.target.available(false);
    queued.sendUnseen("a");
    active(s -> s);
    time.advance(Duration.ofMinutes(1));
    assertThat(queued.leases.calls("claim")).isZero();
    assertThat(queued.states()).containsExactly("READY/0");
    assertThat(queued.target.acquired()).isBetween(10, 30);
    queued.target.available(true);
    time.advance(Duration.ofSeconds(5));
    assertThat(queued.attempts()).containsExactly("a#1");
  }

  @Test
  @Tag("M11")
  void signalsDoNotShortenTheWaitForAnEndpoint() {
    queued.target.available(false);
    active(s -> s);
    int acquired = queued.target.acquired();
    for (int i = 0; i < 1000; i++) {
      queued.send("m" + i);
      time.run();
    }
    assertThat(queued.target.acquired()).isEqualTo(acquired);
  }

  @Test
  @Tag("M11")
  void aDeliveryThatDidNotStartCostsNoAttemptAndDoesNotSpin() {
    queued.target.script(message -> new DeliveryResult.NotStarted("the pool is empty"));
    queued.sendUnseen("a");
    active(s -> s);
    time.advance(Duration.ofMinutes(1));
    assertThat(queued.target.delivered()).hasSizeBetween(10, 40);
    assertThat(queued.attempts()).containsOnly("a#1");
    queued.target.script(queued::complete);
    time.advance(Duration.ofSeconds(6));
    assertThat(queued.states()).containsExactly("COMPLETED/1");
    assertThat(queued.log.lines()).isEmpty();
  }

  @Test
  void aFullSchedulerIsAskedAgainLater() {
    time.setFull(true);
    queued.sendUnseen("a");
    active(s -> s);
    time.advance(Duration.ofSeconds(30));
    assertThat(queued.attempts()).isEmpty();
    time.setFull(false);
    time.advance(Duration.ofSeconds(6));
    assertThat(queued.attempts()).containsExactly("a#1");
  }

  @Test
  void aLongBacklogIsWorkedOffInShortWorks() {
    queued.sendUnseen(IntStream.range(0, 220).mapToObj(i -> "m" + i).toArray(String[]::new));
    active(s -> s.maxConcurrency(1));
    assertThat(queued.attempts()).hasSize(220);
    assertThat(queued.target.acquired()).isBetween(5, 7);
    assertThat(queued.target.mostRunning()).isEqualTo(1);
  }

  @Test
  void anErrorOfTheEndpointIsLoggedAndTheActivationGoesOn() {
    queued.target.script(
        message -> {
          if (message.lease().attempt() == 1) {
            throw new AssertionError("broken promise");
          }
          return queued.complete(message);
        });
    queued.sendUnseen("a");
    active(s -> s);
    time.advance(Duration.ofSeconds(2));
    assertThat(queued.attempts()).containsExactly("a#1", "a#2");
    assertThat(queued.log.lines("WB-0199")).hasSize(1);
  }

  @Test
  @Tag("M12")
  void aLostLeaseIsLoggedAndNothingElseIsDone() {
    queued.target.script(
        message -> {
          queued
              .memory
              .leases()
              .recordFailure(message.lease(), AttemptFailure.bySchedule("ran out"));
          return new DeliveryResult.LeaseLost();
        });
    queued.sendUnseen("a");
    active(s -> s.retries("1h", null));
    assertThat(queued.log.lines("WB-0111")).hasSize(1);
    assertThat(queued.states()).containsExactly("SCHEDULED/1");
  }

  @Test
  @Tag("C6")
  @Tag("P2")
  void whereTheLostLeaseIsThatOfAnotherMessageTheAttemptHasFailedAtOnce() {
    queued.target.script(message -> new DeliveryResult.LeaseLost());
    queued.sendUnseen("a");
    active(s -> s.retries("1h", null));
    assertThat(queued.states()).containsExactly("SCHEDULED/1");
    assertThat(queued.leased()).isEmpty();
  }
}
