package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult;
import dev.waybill.core.store.AttemptFailure;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An activation whose deliveries all fail. */
@Tag("M16")
class SlowdownTest {

  private final SteppingScheduler time = new SteppingScheduler();
  private final Queued queued = new Queued(time);

  private Activation active(UnaryOperator<Queued.Settings> change) {
    queued.open();
    Activation activation =
        queued.activate(s -> change.apply(s.maxConcurrency(1).retries("1h,1h", null)));
    time.run();
    return activation;
  }

  private void send(int count) {
    queued.sendUnseen(IntStream.range(0, count).mapToObj(i -> "m" + i).toArray(String[]::new));
  }

  private long tried() {
    return queued.states().stream().filter("SCHEDULED/1"::equals).count();
  }

  @Test
  void itTriesOneMessageAfterAPauseThatGrowsAndBurnsNoAttemptsOfTheOthers() {
    send(100);
    queued.target.script(Queued::fail);
    active(s -> s.prefetch(20));
    assertThat(tried()).isEqualTo(Breaker.FAILURES);
    assertThat(queued.leased()).as("leased ahead").isEmpty();
    assertThat(queued.log.lines())
        .singleElement()
        .asString()
        .contains("WB-0150", "app/Orders", "10 of messages", "boom m9", "breaker=off");

    long expected = Breaker.FAILURES;
    for (int pause : List.of(1, 2, 4, 8, 16, 30, 30)) {
      time.advance(Duration.ofSeconds(pause).minusMillis(100));
      queued.engine.visible(Set.of(Queued.ORDERS));
      time.run();
      assertThat(tried()).isEqualTo(expected);
      time.advance(Duration.ofMillis(102));
      expected++;
      assertThat(tried()).isEqualTo(expected);
      assertThat(queued.leased()).isEmpty();
    }
    assertThat(queued.states().stream().filter("READY/0"::equals)).hasSize((int) (100 - expected));
    assertThat(queued.log.lines()).hasSize(1);
  }

  @Test
  void theFirstSuccessBringsItBackToFullSpeed() {
    send(40);
    queued.target.script(Queued::fail);
    active(s -> s.prefetch(20));
    queued.target.script(queued::complete);
    time.advance(Duration.ofMillis(900));
    assertThat(queued.states()).doesNotContain("COMPLETED/1");
    time.advance(Duration.ofMillis(102));
    assertThat(queued.states().stream().filter("COMPLETED/1"::equals)).hasSize(30);
    assertThat(queued.log.lines("WB-0151")).singleElement().asString().contains("app/Orders");
  }

  @Test
  void aQueueThatIsEmptyWhenAProbeIsDueIsProbedWithTheNextMessage() {
    send(10);
    queued.target.script(Queued::fail);
    active(s -> s);
    time.advance(Duration.ofSeconds(5));
    queued.target.script(queued::complete);
    queued.send("late");
    time.run();
    assertThat(queued.states()).endsWith("COMPLETED/1");
    assertThat(queued.log.lines("WB-0151")).hasSize(1);
  }

  @Test
  void oneMessageThatAlwaysFailsSlowsNobodyDown() {
    queued.target.script(
        message ->
            Queued.body(message).equals("poison")
                ? Queued.fail(message)
                : queued.complete(message));
    queued.sendUnseen("poison");
    String schedule = String.join(",", Collections.nCopies(50, "0s"));
    active(s -> s.retries(schedule, Queued.DLQ));
    assertThat(queued.target.delivered()).hasSize(51);
    send(5);
    queued.engine.visible(Set.of(Queued.ORDERS));
    time.run();
    assertThat(queued.states().stream().filter("COMPLETED/1"::equals)).hasSize(5);
    assertThat(queued.log.lines("WB-0150")).isEmpty();
  }

  @Test
  void badMessagesThatAreLeftOverDoNotSlowEachOtherDown() {
    queued.target.script(
        message ->
            Queued.body(message).startsWith("bad")
                ? Queued.fail(message)
                : queued.complete(message));
    for (int i = 0; i < 3 * Breaker.FAILURES; i++) {
      queued.sendUnseen("bad" + i, "good" + i);
    }
    active(s -> s.retries("1s,2s", Queued.DLQ));
    time.advance(Duration.ofSeconds(4));
    assertThat(queued.states().stream().filter("DEAD_LETTERED/3"::equals))
        .hasSize(3 * Breaker.FAILURES);
    assertThat(queued.log.lines("WB-0150")).isEmpty();
  }

  @Test
  void aProbeMayBeAMessageThatFailedBefore() {
    send(Breaker.FAILURES);
    queued.target.script(Queued::fail);
    active(s -> s.retries("1s,1s,1s,1s,1s,1s,1s", null));
    time.advance(Duration.ofSeconds(2));
    assertThat(queued.target.delivered()).hasSize(Breaker.FAILURES + 1);
    time.advance(Duration.ofSeconds(2));
    assertThat(queued.target.delivered()).hasSize(Breaker.FAILURES + 2);
  }

  @Test
  @Tag("M10")
  void messagesThatCannotBeReadSayNothingAboutTheConsumer() {
    send(50);
    queued.target.script(
        message -> new DeliveryResult.Failed(List.of(AttemptFailure.givenUp("malformed"))));
    active(s -> s);
    assertThat(queued.states()).hasSize(50).containsOnly("DEAD/1");
    assertThat(queued.log.lines("WB-0150")).isEmpty();
  }

  @Test
  void switchedOffItGoesOnAtFullSpeed() {
    send(100);
    queued.target.script(Queued::fail);
    active(s -> s.breaker(false));
    assertThat(tried()).isEqualTo(100);
    assertThat(queued.log.lines()).isEmpty();
  }

  @Test
  @Tag("M4")
  void aBatchIsProbedWithASingleMessage() {
    send(100);
    queued.target.allBatches(Queued::failAll);
    active(s -> s.batches(3, Duration.ofSeconds(5)));
    assertThat(tried()).isEqualTo(3L * Breaker.FAILURES);
    assertThat(queued.leased()).isEmpty();
    time.advance(Duration.ofMillis(1002));
    assertThat(tried()).isEqualTo(3L * Breaker.FAILURES + 1);
    queued.target.allBatches(queued::completeAll);
    time.advance(Duration.ofSeconds(10));
    assertThat(queued.states().stream().filter("COMPLETED/1"::equals)).hasSize(69);
    assertThat(queued.target.batches()).contains("m31#1").contains("m32#1 m33#1 m34#1");
  }

  @Test
  @Tag("M11")
  void aProbeThatReachesNoEndpointIsNoProbe() {
    send(20);
    queued.target.script(Queued::fail);
    active(s -> s);
    queued.target.script(message -> new DeliveryResult.NotStarted("stopping"));
    time.advance(Duration.ofSeconds(2));
    assertThat(tried()).isEqualTo(10);
    queued.target.script(queued::complete);
    time.advance(Duration.ofSeconds(6));
    assertThat(queued.states().stream().filter("COMPLETED/1"::equals)).hasSize(10);
  }

  @Test
  @Tag("M17")
  void aStopEndsTheProbes() {
    send(20);
    queued.target.script(Queued::fail);
    Activation activation = active(s -> s);
    activation.stop();
    time.advance(Duration.ofMinutes(10));
    assertThat(tried()).isEqualTo(10);
    assertThat(time.timers()).noneMatch(name -> name.contains("single delivery"));
  }
}
