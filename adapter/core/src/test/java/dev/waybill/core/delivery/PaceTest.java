package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M11")
class PaceTest {

  private final SteppingScheduler time = new SteppingScheduler();

  private Pace of(int workers) {
    return new Pace(time, workers);
  }

  @Test
  void nothingIsLeasedAheadOfWhoHasFinishedNothing() {
    assertThat(of(8).ahead()).isZero();
  }

  @Test
  void whoIsFastLeasesAsMuchAsHeFinishedLately() {
    Pace pace = of(1);
    for (int i = 0; i < 100; i++) {
      time.advance(Duration.ofMillis(5));
      pace.finished(Duration.ofMillis(5));
    }
    assertThat(pace.ahead()).isBetween(40, 51);
  }

  @Test
  void oneSlowWorkerLeasesNothingAhead() {
    Pace pace = of(1);
    for (int i = 0; i < 5; i++) {
      time.advance(Duration.ofSeconds(1));
      pace.finished(Duration.ofSeconds(1));
      assertThat(pace.ahead()).isZero();
    }
  }

  @Test
  void slowOnesThatEndTogetherAreNotTakenForFastOnes() {
    Pace pace = of(8);
    time.advance(Duration.ofSeconds(1));
    for (int i = 0; i < 8; i++) {
      pace.finished(Duration.ofSeconds(1));
    }
    assertThat(pace.ahead()).isEqualTo(2);
  }

  @Test
  void thePaceOfThePastIsForgotten() {
    Pace pace = of(1);
    for (int i = 0; i < 20; i++) {
      pace.finished(Duration.ofMillis(1));
    }
    assertThat(pace.ahead()).isEqualTo(20);
    time.advance(Duration.ofMillis(375));
    assertThat(pace.ahead()).isEqualTo(10);
    time.advance(Duration.ofMillis(125));
    assertThat(pace.ahead()).isZero();
  }
}
