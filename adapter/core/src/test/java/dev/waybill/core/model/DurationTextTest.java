package dev.waybill.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.waybill.api.QueueException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("M18")
class DurationTextTest {

  @ParameterizedTest
  @CsvSource({
    "0s, PT0S",
    "500ms, PT0.5S",
    "30s, PT30S",
    "5m, PT5M",
    "12h, PT12H",
    "14d, PT336H",
    "PT30S, PT30S",
    "pt1m, PT1M",
    "P2D, PT48H"
  })
  void durationsAreRead(String text, Duration expected) {
    assertThat(DurationText.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "30",
        "30 s",
        "s",
        "-1s",
        "1.5s",
        "30S",
        "PT-1S",
        "P",
        "9999999999999999s",
        "999999999999999d",
        "tomorrow"
      })
  void anythingElseIsInvalidAndNamed(String text) {
    assertThatExceptionOfType(QueueException.class)
        .isThrownBy(() -> DurationText.parse(text))
        .withMessageContaining("\"" + text + "\"")
        .withMessageContaining("30s")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.INVALID));
  }

  @Test
  void whatIsWrittenIsReadBack() {
    long seed = Seeds.next();
    Random random = new Random(seed);
    long[] units = {1, 1000, 60_000, 3_600_000, 86_400_000};
    for (int i = 0; i < 1000; i++) {
      Duration duration = Duration.ofMillis(random.nextInt(10_000) * units[random.nextInt(5)]);
      assertThat(DurationText.parse(DurationText.format(duration)))
          .as("seed %d", seed)
          .isEqualTo(duration);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0s", "1, 1ms", "1000, 1s", "90000, 90s", "7200000, 2h", "172800000, 2d"})
  void theLargestExactUnitIsWritten(long millis, String expected) {
    assertThat(DurationText.format(Duration.ofMillis(millis))).isEqualTo(expected);
  }
}
