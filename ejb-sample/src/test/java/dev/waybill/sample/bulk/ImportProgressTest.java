package dev.waybill.sample.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ImportProgressTest {

  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

  @Test
  void anImportCountsItsOrdersUntilItIsFinished() {
    ImportProgress halfway = ImportProgress.started(NOON).of(100).plus(50);
    assertThat(halfway.running()).isTrue();
    assertThat(halfway.placed()).isEqualTo(50);

    ImportProgress finished = halfway.plus(50).finished(NOON.plusSeconds(1));
    assertThat(finished)
        .isEqualTo(
            new ImportProgress(
                ImportProgress.State.FINISHED, 100, 100, NOON, NOON.plusSeconds(1), null));
    assertThat(finished.running()).isFalse();
  }

  @Test
  void anImportThatFailedSaysWhyAndHowFarItGot() {
    ImportProgress failed = ImportProgress.started(NOON).of(100).plus(50).failed("why", NOON);

    assertThat(failed.state()).isEqualTo(ImportProgress.State.FAILED);
    assertThat(failed.error()).isEqualTo("why");
    assertThat(failed.placed()).isEqualTo(50);
    assertThat(failed.running()).isFalse();
  }

  @Test
  void beforeTheFirstImportThereIsNone() {
    assertThat(ImportProgress.none().state()).isEqualTo(ImportProgress.State.NONE);
    assertThat(ImportProgress.none().running()).isFalse();
  }
}
