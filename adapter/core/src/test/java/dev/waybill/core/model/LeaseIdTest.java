package dev.waybill.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("P2")
class LeaseIdTest {

  @Test
  void itIsReadAsItWasWritten() {
    Lease lease =
        new Lease(
            UUID.randomUUID(),
            new DeliveryKey(Long.MAX_VALUE, 7),
            QueueName.parse("app:orders"),
            UUID.randomUUID(),
            1,
            true,
            UUID.randomUUID(),
            RetryPolicy.DEFAULT,
            "n1/bean",
            Instant.EPOCH,
            null,
            null);

    String text = LeaseId.of(lease);

    assertThat(text).matches("[A-Za-z0-9_-]{44}");
    assertThat(LeaseId.parse(text)).contains(lease.key());
    // Another form, a byte too many, one too few.
    assertThat(LeaseId.parse("B" + text.substring(1))).isEmpty();
    assertThat(LeaseId.parse(text + "AA")).isEmpty();
    assertThat(LeaseId.parse(text.substring(0, 43))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?", "no lease", "AQ", "ä"})
  void otherTextsAreNone(String text) {
    assertThat(LeaseId.parse(text)).isEmpty();
  }
}
