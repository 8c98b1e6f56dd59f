package dev.waybill.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.store.ScanStart.Scan;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScanStartTest {

  private static final long HEAD = Long.MIN_VALUE;

  private final SettableClock clock = new SettableClock();
  private final ScanStart start = new ScanStart(clock);

  private Scan scan(Duration takes, Long reached, boolean full) {
    Scan scan = start.begin();
    clock.advance(takes);
    start.end(scan, Optional.ofNullable(reached), full);
    return scan;
  }

  private void twoScansFromTheHead(Duration each) {
    scan(each, 100L, true);
    // One long scan may be a pause of the machine.
    assertThat(scan(each, 200L, true).head()).isTrue();
  }

  @Test
  void aScanThatCostsNothingBeginsAtTheHeadEachTime() {
    for (int i = 0; i < 5; i++) {
      Scan scan = scan(Duration.ZERO, 100L + i, true);
      assertThat(scan.head()).isTrue();
      assertThat(scan.from()).isEqualTo(HEAD);
    }
    assertThat(start.postponedTo()).isEmpty();
  }

  @Test
  void afterCostlyScansOfTheHeadOthersBeginWhereTheLastOneEnded() {
    twoScansFromTheHead(Duration.ofMillis(100));

    Scan next = scan(Duration.ofMillis(1), 300L, true);

    assertThat(next.head()).isFalse();
    assertThat(next.from()).isEqualTo(200);
    assertThat(start.begin().from()).isEqualTo(300);
    assertThat(start.postponedTo()).as("all that was wanted was found").isEmpty();
  }

  @Test
  void scansThatStoodStillTogetherAreOneOutlier() {
    Scan first = start.begin();
    Scan second = start.begin();
    clock.advance(Duration.ofMinutes(1));
    start.end(first, Optional.of(100L), true);
    start.end(second, Optional.of(200L), true);

    assertThat(scan(Duration.ZERO, 300L, true).head()).isTrue();
    assertThat(start.begin().head()).isTrue();
  }

  @Test
  void theHeadIsScannedAgainAfterTwentyTimesWhatItCosts() {
    twoScansFromTheHead(Duration.ofMillis(100));

    clock.advance(Duration.ofMillis(1999));
    assertThat(start.begin().head()).isFalse();
    clock.advance(Duration.ofMillis(1));
    assertThat(start.begin().head()).isTrue();
  }

  @Test
  void whoFoundTooLittleIsToldWhenTheHeadMayBeScanned() {
    twoScansFromTheHead(Duration.ofMillis(100));

    scan(Duration.ZERO, null, false);

    assertThat(start.postponedTo()).contains(clock.now().plusSeconds(2));
    clock.advance(Duration.ofSeconds(2));
    assertThat(scan(Duration.ZERO, null, false).head()).isTrue();
    assertThat(start.postponedTo()).isEmpty();
  }

  @Test
  void whatEveryScanCostsIsNotTheCostOfTheHead() {
    twoScansFromTheHead(Duration.ofMillis(100));
    scan(Duration.ofMillis(90), 300L, true);
    clock.advance(Duration.ofSeconds(2));
    assertThat(scan(Duration.ofMillis(100), 400L, true).head()).isTrue();

    assertThat(start.begin().head()).isFalse();
    clock.advance(Duration.ofMillis(200));

    assertThat(start.begin().head()).isTrue();
  }

  @Test
  void aRowThatReturnsLowersTheStartEvenUnderAScanThatRuns() {
    twoScansFromTheHead(Duration.ofMillis(100));
    Scan running = start.begin();
    start.lower(150);
    start.end(running, Optional.of(300L), true);
    assertThat(start.begin().from()).isEqualTo(150);

    start.lower(170);
    assertThat(start.begin().from()).isEqualTo(150);
    start.forget();
    assertThat(start.begin().from()).isEqualTo(HEAD);
  }

  @Test
  void aFullScanOfTheHeadHasNotSeenWhatComesAfterIt() {
    twoScansFromTheHead(Duration.ofMillis(100));
    clock.advance(Duration.ofSeconds(2));

    scan(Duration.ofMillis(100), 50L, true);

    assertThat(start.begin().from()).isEqualTo(50);
  }
}
