package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.delivery.Breaker.Pass;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M16")
class BreakerTest {

  private final SteppingScheduler time = new SteppingScheduler();
  private final Breaker breaker = new Breaker(time, true);

  private boolean failOneMore() {
    return breaker.failed(Pass.FREE, true);
  }

  private void open() {
    for (int i = 1; i < Breaker.FAILURES; i++) {
      assertThat(failOneMore()).as("failure %d", i).isFalse();
    }
    assertThat(failOneMore()).isTrue();
    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void itOpensAfterSoManyFailuresInARowAndSaysSoOnce() {
    open();

    assertThat(failOneMore()).as("one that was under way").isFalse();
    assertThat(breaker.pass()).isEqualTo(Pass.NONE);
  }

  @Test
  void aSuccessInBetweenBeginsTheCountAgain() {
    for (int i = 1; i < Breaker.FAILURES; i++) {
      failOneMore();
    }
    assertThat(breaker.succeeded()).isFalse();

    open();
  }

  @Test
  void itTakesManyMoreFailuresOfMessagesThatFailedBefore() {
    for (int i = 1; i < Breaker.MOST_FAILURES; i++) {
      assertThat(breaker.failed(Pass.FREE, false)).as("failure %d", i).isFalse();
    }
    assertThat(breaker.failed(Pass.FREE, false)).isTrue();
  }

  @Test
  void itLetsOneProbeThroughAfterAPauseThatDoublesUpToItsLongest() {
    open();
    Duration expected = Breaker.SHORTEST;
    for (int i = 0; i < 8; i++) {
      assertThat(breaker.rest()).isEqualTo(expected);
      time.advance(expected.minusMillis(1));
      assertThat(breaker.refuses()).isTrue();
      assertThat(breaker.pass()).isEqualTo(Pass.NONE);
      time.advance(Duration.ofMillis(1));
      assertThat(breaker.refuses()).isFalse();

      assertThat(breaker.pass()).isEqualTo(Pass.PROBE);
      assertThat(breaker.refuses()).isTrue();
      assertThat(breaker.pass()).as("only one").isEqualTo(Pass.NONE);
      assertThat(breaker.failed(Pass.PROBE, false)).isFalse();

      Duration doubled = expected.multipliedBy(2);
      expected = doubled.compareTo(Breaker.LONGEST) > 0 ? Breaker.LONGEST : doubled;
    }
    assertThat(expected).isEqualTo(Breaker.LONGEST);
  }

  @Test
  void aProbeThatFoundNothingMayBeTriedAgainAtOnce() {
    open();
    time.advance(Breaker.SHORTEST);
    Pass probe = breaker.pass();

    breaker.unused(Pass.FREE);
    assertThat(breaker.pass()).isEqualTo(Pass.NONE);
    breaker.unused(probe);
    assertThat(breaker.pass()).isEqualTo(Pass.PROBE);
  }

  @Test
  void theFirstSuccessClosesItAndThePausesBeginAnew() {
    open();
    time.advance(Breaker.SHORTEST);
    breaker.failed(breaker.pass(), true);
    time.advance(Breaker.SHORTEST.multipliedBy(2));
    assertThat(breaker.pass()).isEqualTo(Pass.PROBE);

    assertThat(breaker.succeeded()).isTrue();

    assertThat(breaker.isOpen()).isFalse();
    assertThat(breaker.pass()).isEqualTo(Pass.FREE);
    assertThat(breaker.rest()).isZero();
    open();
    assertThat(breaker.rest()).isEqualTo(Breaker.SHORTEST);
  }

  @Test
  void whatWasUnderWayWhenItOpenedClosesItWhenItSucceedsButItsFailureIsNoProbes() {
    open();
    assertThat(breaker.failed(Pass.FREE, true)).isFalse();
    assertThat(breaker.rest()).isEqualTo(Breaker.SHORTEST);

    assertThat(breaker.succeeded()).isTrue();
    assertThat(breaker.pass()).isEqualTo(Pass.FREE);
  }

  @Test
  void switchedOffItNeverOpens() {
    Breaker off = new Breaker(time, false);
    for (int i = 0; i < 10 * Breaker.FAILURES; i++) {
      assertThat(off.failed(Pass.FREE, true)).isFalse();
    }
    assertThat(off.pass()).isEqualTo(Pass.FREE);
  }
}
