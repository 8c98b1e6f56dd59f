package dev.waybill.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S2")
class OutgoingMessageTest {

  @Test
  void bytesAreCopiedWhenGivenAndWhenRead() {
    byte[] body = {1, 2, 3};
    OutgoingMessage message = OutgoingMessage.to("app:orders").bytes(body).build();
    body[0] = 9;
    ((byte[]) message.body())[1] = 9;
    assertThat((byte[]) message.body()).containsExactly(1, 2, 3);
  }

  @Test
  void theLastBodyGivenCounts() {
    OutgoingMessage message = OutgoingMessage.to("app:orders").text("a").json(Map.of()).build();
    assertThat(message.contentType()).isEqualTo(ContentType.JSON);
    assertThat(message.body()).isEqualTo(Map.of());
  }

  @Test
  @Tag("S3")
  void headersKeepTheirOrderAndDoNotChangeAfterwards() {
    OutgoingMessage.Builder builder =
        OutgoingMessage.to("app:orders").text("a").header("z", 1).header("a", true);
    OutgoingMessage message = builder.build();
    builder.header("late", "x");
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("z", 1);
    expected.put("a", true);
    assertThat(message.headers()).containsExactlyEntriesOf(expected);
    assertThatThrownBy(() -> message.headers().put("b", "c"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  @Tag("S4")
  void optionsNotGivenAreAbsentAndZeroDelayIsNot() {
    OutgoingMessage plain = OutgoingMessage.to("app:orders").text("a").build();
    assertThat(plain.delay()).isEmpty();
    assertThat(plain.deliverAt()).isEmpty();
    assertThat(plain.priority()).isEmpty();
    assertThat(plain.correlationId()).isEmpty();
    assertThat(OutgoingMessage.to("app:orders").text("a").delay(Duration.ZERO).build().delay())
        .contains(Duration.ZERO);
  }
}
