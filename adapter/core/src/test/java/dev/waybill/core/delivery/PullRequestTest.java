package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.ReceiveRequest;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a receive asks for when it says nothing, and how far it may go. */
@Tag("P1")
class PullRequestTest {

  private static final Duration YEAR = Duration.ofDays(365);

  private static ReceiveRequest.Builder request() {
    return ReceiveRequest.from("app:orders");
  }

  @Test
  void whatIsNotSaidIsTenMessagesFiveSecondsAndLeasesOfThirty() {
    PullRequest standard = PullRequest.of(request().build());

    assertThat(standard.queues()).containsExactly(QueueName.parse("app:orders"));
    assertThat(standard.group()).isEqualTo("default");
    assertThat(standard.count()).isEqualTo(10);
    assertThat(standard.patience()).isEqualTo(Duration.ofSeconds(5));
    assertThat(standard.leaseDuration()).contains(Duration.ofSeconds(30));
    assertThat(standard.policy()).isEqualTo(RetryPolicy.DEFAULT);
  }

  @Test
  void theLimitsThemselvesAreAccepted() {
    PullRequest least =
        PullRequest.of(
            request()
                .batchSize(1)
                .batchWait(Duration.ZERO)
                .leaseDuration(Duration.ofSeconds(1))
                .build());
    PullRequest most =
        PullRequest.of(
            request().batchSize(100).batchWait(Duration.ofSeconds(60)).leaseDuration(YEAR).build());

    assertThat(least.count()).isEqualTo(1);
    assertThat(least.patience()).isZero();
    assertThat(least.leaseDuration()).contains(Duration.ofSeconds(1));
    assertThat(most.count()).isEqualTo(100);
    assertThat(most.patience()).isEqualTo(Duration.ofSeconds(60));
    assertThat(most.leaseDuration()).contains(YEAR);
  }

  private static Stream<Arguments> beyond() {
    return Stream.of(
        Arguments.of(request().batchSize(0), "batchSize=\"0\"", "1 to 100"),
        Arguments.of(request().batchSize(101), "batchSize=\"101\"", "1 to 100"),
        Arguments.of(
            request().batchWait(Duration.ofMillis(-1)), "batchWait=\"PT-0.001S\"", "0s to 1m"),
        Arguments.of(
            request().batchWait(Duration.ofSeconds(60).plusMillis(1)),
            "batchWait=\"PT1M0.001S\"",
            "0s to 1m"),
        Arguments.of(
            request().leaseDuration(Duration.ofMillis(999)),
            "leaseDuration=\"PT0.999S\"",
            "1s to 365d"),
        Arguments.of(
            request().leaseDuration(YEAR.plusMillis(1)),
            "leaseDuration=\"PT8760H0.001S\"",
            "1s to 365d"));
  }

  @Tag("INVALID")
  @ParameterizedTest
  @MethodSource("beyond")
  void whatIsBeyondThemIsRefused(ReceiveRequest.Builder request, String given, String accepted) {
    assertThatThrownBy(() -> PullRequest.of(request.build()))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
        .hasMessageStartingWith("ReceiveRequest: " + given + " is out of range")
        .hasMessageContainingAll("accepted: " + accepted, "fix: ");
  }

  @Test
  void aConsumerTakesOneMessageWhoseLeaseIsRenewed() {
    PullRequest one = PullRequest.ofConsumer(request().build());

    assertThat(one.count()).isEqualTo(1);
    assertThat(one.leaseDuration()).isEqualTo(Optional.empty());
  }
}
