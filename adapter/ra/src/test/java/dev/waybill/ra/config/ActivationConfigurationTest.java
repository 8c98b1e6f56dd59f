package dev.waybill.ra.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.core.delivery.Acknowledge;
import dev.waybill.core.delivery.ActivationSettings;
import dev.waybill.core.delivery.Batching;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("M18")
class ActivationConfigurationTest {

  @Test
  void onlyTheQueueIsNeeded() throws Exception {
    ActivationSettings settings =
        ActivationConfiguration.parse("OrderBean", Map.of("queue", "app:orders"))
            .settings("OrderBean", false, Duration.ofSeconds(5), Duration.ofSeconds(30));
    assertThat(settings.queues()).containsExactly(QueueName.parse("app:orders"));
    assertThat(settings.group()).isEqualTo("default");
    assertThat(settings.maxConcurrency()).isEqualTo(8);
    assertThat(settings.prefetch()).isEqualTo(50);
    assertThat(settings.leaseDuration()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.leaseRenewal()).isTrue();
    assertThat(settings.maxLease()).isEmpty();
    assertThat(settings.slowWarning()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.policy()).isEqualTo(RetryPolicy.DEFAULT);
    assertThat(settings.batching()).isEmpty();
    assertThat(settings.breaker()).isTrue();
  }

  @Test
  @Tag("M4")
  @Tag("M5")
  void aBatchListenerGetsTenMessagesOrWhatCameInFiveSecondsAndSaysWhatIsDone() throws Exception {
    ActivationConfiguration plain = ActivationConfiguration.parse("b", Map.of("queue", "app:a"));
    assertThat(plain.settings("b", true, Duration.ZERO, Duration.ZERO).batching())
        .contains(new Batching(10, Duration.ofSeconds(5)));
    assertThat(plain.acknowledge(true)).isEqualTo(Acknowledge.EXPLICIT);
    assertThat(plain.acknowledge(false)).isEqualTo(Acknowledge.AUTO);

    ActivationConfiguration own =
        ActivationConfiguration.parse(
            "b",
            Map.of(
                "queue",
                "app:a",
                "batchSize",
                "100",
                "batchWait",
                "0s",
                "acknowledge",
                "AUTO",
                "breaker",
                "off"));
    assertThat(own.settings("b", true, Duration.ZERO, Duration.ZERO).batching())
        .contains(new Batching(100, Duration.ZERO));
    assertThat(own.acknowledge(true)).isEqualTo(Acknowledge.AUTO);
    assertThat(own.settings("b", true, Duration.ZERO, Duration.ZERO).breaker()).isFalse();
  }

  @Test
  @Tag("M6")
  void severalQueuesAreSeparatedByCommas() throws Exception {
    assertThat(ActivationConfiguration.parse("b", Map.of("queue", " app:a, app:b ")).queues())
        .containsExactly(QueueName.parse("app:a"), QueueName.parse("app:b"));
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of("queue", "orders", "queue=\"orders\" has no namespace", "app:orders"),
        Arguments.of("queue", "a:b,a:b", "names a:b twice", "app:orders"),
        Arguments.of("queue", "a:b,c", "has a part \"c\" that has no namespace", "app:orders"),
        Arguments.of("group", "audit", "group=\"audit\" names a consumer group", "group=default"),
        Arguments.of("maxConcurrency", "0", "out of range", "1 to 1000"),
        Arguments.of("maxConcurrency", "many", "is not an integer", "maxConcurrency=8"),
        Arguments.of("leaseDuration", "30", "number without a unit", "leaseDuration=30s"),
        Arguments.of("leaseDuration", "soon", "is not a duration", "ISO-8601"),
        Arguments.of("leaseDuration", "1ms", "out of range", "from 1s"),
        Arguments.of("leaseRenewal", "yes", "neither true nor false", "true or false"),
        Arguments.of("maxLease", "5s", "shorter than leaseDuration", "raise maxLease"),
        Arguments.of("retrySchedule", "5s,x", "neither exponential, none", "0s,5s,30s"),
        Arguments.of("deadLetterQueue", "app:orders", "one of the queues", "app:orders-dlq"),
        Arguments.of("batchSize", "0", "out of range", "1 to 100 messages"),
        Arguments.of("batchSize", "101", "out of range", "batchSize=10"),
        Arguments.of("batchWait", "61s", "out of range", "from 0s to 1m"),
        Arguments.of("batchWait", "5", "number without a unit", "batchWait=5s"),
        Arguments.of("acknowledge", "yes", "none of the accepted words", "auto, explicit"),
        Arguments.of("breaker", "true", "none of the accepted words", "on, off"),
        Arguments.of("slowWarning", "${slow}", "placeholder", "write the value itself"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void aWrongValueIsNamedWithWhatIsAcceptedAndTheFix(
      String property, String value, String what, String hint) {
    Map<String, String> texts = new HashMap<>(Map.of("queue", "app:orders"));
    texts.put(property, value);
    assertThatThrownBy(() -> ActivationConfiguration.parse("OrderBean", texts))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageStartingWith("Activation of OrderBean: ")
        .hasMessageContaining(property)
        .hasMessageContaining(value)
        .hasMessageContaining(what)
        .hasMessageContaining("accepted: ")
        .hasMessageContaining("fix: ")
        .hasMessageContaining(hint)
        .hasMessageNotContaining("\n");
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    assertThat(
            ActivationConfiguration.problems(
                Map.of("leaseDuration", "x", "prefetch", "-1", "group", "g", "maxAttempts", "0")))
        .extracting(Problem::property)
        .containsExactlyInAnyOrder("queue", "group", "prefetch", "leaseDuration", "maxAttempts");
  }

  @Test
  @Tag("M8")
  void maxAttemptsBesideAListIsAnError() {
    assertThat(
            ActivationConfiguration.problems(
                Map.of("queue", "a:b", "retrySchedule", "0s,5s", "maxAttempts", "3")))
        .singleElement()
        .hasToString(
            "maxAttempts=\"3\" stands beside retrySchedule=0s,5s, which already says how many"
                + " attempts there are; accepted: 1 to 1000000 attempts; fix: remove maxAttempts,"
                + " or write retrySchedule=exponential");
  }

  @Test
  void aMaximumLeaseNeedsRenewal() {
    assertThat(
            ActivationConfiguration.problems(
                Map.of("queue", "a:b", "leaseRenewal", "false", "maxLease", "5m")))
        .extracting(Problem::property)
        .containsExactly("maxLease");
  }

  @Test
  void anUnknownNameIsAProblemWithTheNameThatWasMeant() {
    assertThat(ActivationConfiguration.unknown(Set.of("queue", "maxConcurency", "selector")))
        .hasSize(2)
        .satisfiesExactly(
            first ->
                assertThat(first.fix()).isEqualTo("write maxConcurrency instead of maxConcurency"),
            second -> assertThat(second.fix()).isEqualTo("remove it"));
  }
}
