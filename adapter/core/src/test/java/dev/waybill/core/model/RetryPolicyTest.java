package dev.waybill.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.waybill.api.QueueException;
import dev.waybill.core.model.RetryVerdict.Again;
import dev.waybill.core.model.RetryVerdict.Dead;
import dev.waybill.core.model.RetryVerdict.ToDeadLetterQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("M8")
class RetryPolicyTest {

  private static final QueueName DLQ = QueueName.parse("app:dlq");

  /** The verdicts of the first failures, as text: delays, then dlq or dead, or … if for ever. */
  @ParameterizedTest(name = "schedule {0}, maxAttempts {1}, dead-letter queue {2}: {3}")
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      value = {
        "-           | - | no  | 1s 2s 4s 8s 16s 32s 64s 128s 256s 5m 5m …",
        "-           | - | yes | dlq",
        "-           | 3 | no  | 1s 2s dead",
        "-           | 3 | yes | 1s 2s dlq",
        "exponential | - | no  | 1s 2s 4s 8s 16s 32s 64s 128s 256s 5m 5m …",
        "exponential | - | yes | 1s 2s 4s 8s 16s 32s 64s 128s 256s 5m 5m …",
        "exponential | 1 | yes | dlq",
        "exponential | 1 | no  | dead",
        "exponential | 2 | yes | 1s dlq",
        "none        | - | yes | dlq",
        "none        | - | no  | dead",
        "0s          | - | yes | 0s dlq",
        "0s,5s,10s,10s | - | yes | 0s 5s 10s 10s dlq",
        "0s, 5s , 10s  | - | no  | 0s 5s 10s dead",
        "500ms       | - | no  | 500ms dead",
      })
  void theScheduleSaysWhatFollowsEachFailure(
      String schedule, Integer maxAttempts, String deadLetterQueue, String expected) {
    RetryPolicy policy = policy(schedule, maxAttempts, deadLetterQueue.equals("yes"));
    List<String> verdicts = new ArrayList<>();
    int attempt = 1;
    for (; attempt <= 11; attempt++) {
      String verdict = text(policy.afterFailure(attempt, Optional.empty()));
      verdicts.add(verdict);
      assertThat(policy.isLast(attempt)).isEqualTo(List.of("dlq", "dead").contains(verdict));
      if (policy.isLast(attempt)) {
        break;
      }
    }
    if (attempt > 11) {
      verdicts.add("…");
      assertThat(policy.isLast(1_000_000)).isFalse();
      assertThat(text(policy.afterFailure(1_000_000, Optional.empty()))).isEqualTo("5m");
    }
    assertThat(String.join(" ", verdicts)).isEqualTo(expected);
    assertThat(policy.singleAttempt()).isEqualTo(verdicts.size() == 1);
  }

  @Test
  void aDelayThatWasAskedForReplacesTheSchedulesDelayButNotTheNumberOfTries() {
    RetryPolicy policy = policy("1s,2s", null, true);
    Optional<Duration> asked = Optional.of(Duration.ofHours(1));
    assertThat(policy.afterFailure(1, asked)).isEqualTo(new Again(Duration.ofHours(1)));
    assertThat(policy.afterFailure(2, asked)).isEqualTo(new Again(Duration.ofHours(1)));
    assertThat(policy.afterFailure(3, asked)).isEqualTo(new ToDeadLetterQueue(DLQ));
  }

  @Test
  void aRejectionNeverWaits() {
    assertThat(policy("exponential", null, true).giveUp()).isEqualTo(new ToDeadLetterQueue(DLQ));
    assertThat(policy("exponential", null, false).giveUp()).isEqualTo(new Dead());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "5s,", ",5s", "5s;10s", "always", "-1s", "5s,none"})
  void aScheduleThatIsNoneOfTheThreeIsInvalid(String schedule) {
    assertThatExceptionOfType(QueueException.class)
        .isThrownBy(() -> policy(schedule, null, false))
        .withMessageContaining("retrySchedule=" + schedule)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.INVALID));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "5s", "0s,5s"})
  void maxAttemptsBesideAListOrNoneIsInvalid(String schedule) {
    assertThatExceptionOfType(QueueException.class)
        .isThrownBy(() -> policy(schedule, 3, true))
        .withMessageContaining("maxAttempts=3")
        .withMessageContaining("retrySchedule=" + schedule);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void maxAttemptsIsAtLeastOne(int maxAttempts) {
    assertThatExceptionOfType(QueueException.class)
        .isThrownBy(() -> policy("exponential", maxAttempts, true))
        .withMessageContaining("maxAttempts=" + maxAttempts);
  }

  @Test
  void whatIsEncodedIsDecodedToTheSamePolicy() {
    long seed = Seeds.next();
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      RetryPolicy policy = random(random);
      assertThat(RetryPolicy.decode(policy.encode())).as("seed %d", seed).isEqualTo(policy);
    }
  }

  private static RetryPolicy random(Random random) {
    Optional<QueueName> deadLetterQueue =
        random.nextBoolean() ? Optional.of(DLQ) : Optional.empty();
    return switch (random.nextInt(4)) {
      case 0 -> RetryPolicy.of(Optional.of("none"), OptionalInt.empty(), deadLetterQueue);
      case 1 ->
          RetryPolicy.of(
              Optional.of("exponential"), OptionalInt.of(1 + random.nextInt(99)), deadLetterQueue);
      case 2 -> RetryPolicy.of(Optional.of("exponential"), OptionalInt.empty(), deadLetterQueue);
      default -> {
        List<Duration> delays = new ArrayList<>();
        for (int i = random.nextInt(8); i >= 0; i--) {
          delays.add(Duration.ofMillis(random.nextInt(100_000_000)));
        }
        yield new RetryPolicy(
            new RetryPolicy.Schedule.Listed(delays), OptionalInt.empty(), deadLetterQueue);
      }
    };
  }

  private static RetryPolicy policy(String schedule, Integer maxAttempts, boolean deadLetterQueue) {
    return RetryPolicy.of(
        Optional.ofNullable(schedule),
        maxAttempts == null ? OptionalInt.empty() : OptionalInt.of(maxAttempts),
        deadLetterQueue ? Optional.of(DLQ) : Optional.empty());
  }

  private static String text(RetryVerdict verdict) {
    if (verdict instanceof Again again) {
      return DurationText.format(again.delay());
    }
    return verdict instanceof Dead ? "dead" : "dlq";
  }
}
