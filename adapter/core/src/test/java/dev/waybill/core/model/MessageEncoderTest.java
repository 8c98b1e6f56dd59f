package dev.waybill.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.ContentType;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("INVALID")
class MessageEncoderTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final QueueSettings QUEUE =
      new QueueSettings(QueueName.parse("app:orders"), Duration.ZERO);

  private final MessageEncoder encoder =
      new MessageEncoder(Limits.DEFAULT, () -> NOW, new Random(7), new BodyCodec(JavaBodies.OFF));

  /** A body JSON-B can write. */
  public static class Order {
    public String customer = "c-1";
    public int quantity = 2;
  }

  private static OutgoingMessage.Builder text() {
    return OutgoingMessage.to("app:orders").text("hello");
  }

  private NewMessage encode(OutgoingMessage.Builder builder) {
    OutgoingMessage message = builder.build();
    encoder.check(message);
    return encoder.encode(message, QUEUE);
  }

  private void assertInvalid(OutgoingMessage.Builder builder, String... says) {
    assertThatThrownBy(() -> encode(builder))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.INVALID))
        .hasMessageContainingAll(says);
  }

  @Test
  @Tag("S2")
  void bodiesAreUtf8JsonOrBytes() {
    NewMessage text = encode(OutgoingMessage.to("app:orders").text("Straße"));
    NewMessage json = encode(OutgoingMessage.to("app:orders").json(new Order()));
    NewMessage bytes = encode(OutgoingMessage.to("app:orders").bytes(new byte[] {0, -1}));

    assertThat(text.body()).isEqualTo("Straße".getBytes(StandardCharsets.UTF_8));
    assertThat(new String(json.body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"customer\":\"c-1\",\"quantity\":2}");
    assertThat(bytes.body()).containsExactly(0, -1);
    assertThat(List.of(text.contentType(), json.contentType(), bytes.contentType()))
        .containsExactly(ContentType.TEXT, ContentType.JSON, ContentType.BYTES);
  }

  @Test
  @Tag("S2")
  void anEmptyBodyIsRefused() {
    assertInvalid(OutgoingMessage.to("app:orders"), "no body", "text(…)");
    assertInvalid(OutgoingMessage.to("app:orders").text(""), "no body");
    assertInvalid(OutgoingMessage.to("app:orders").text(null), "no body");
    assertInvalid(OutgoingMessage.to("app:orders").json(null), "no body");
    assertInvalid(OutgoingMessage.to("app:orders").bytes(new byte[0]), "no body");
  }

  @Test
  void idsAreTimeOrderedUuidsOfVersionSeven() {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ids.add(encode(text()).id());
    }
    assertThat(ids).allMatch(id -> id.version() == 7).doesNotHaveDuplicates();
    assertThat(ids.get(0).getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
    assertThat(ids.stream().map(UUID::toString)).isSorted();
  }

  @Test
  @Tag("S3")
  void headersAreNormalisedAndTracingPassesUntouched() {
    NewMessage message =
        encode(
            text()
                .header("tenant", "t-1")
                .header("count", 3)
                .header("big", BigInteger.TEN)
                .header("share", 0.5f)
                .header("paid", true)
                .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));

    assertThat(message.headers())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "tenant",
                "t-1",
                "count",
                3L,
                "big",
                10L,
                "share",
                0.5,
                "paid",
                true,
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
  }

  @Test
  @Tag("S3")
  void otherHeadersAreRefused() {
    assertInvalid(
        text().header("when", Instant.EPOCH), "\"when\"", "java.time.Instant", "Accepted");
    assertInvalid(text().header("none", null), "\"none\"", "null");
    assertInvalid(text().header("nan", Double.NaN), "\"nan\"", "finite");
    assertInvalid(text().header("huge", BigInteger.ONE.shiftLeft(64)), "\"huge\"", "fit a long");
    assertInvalid(text().header("Waybill-Origin", "x"), "Waybill-Origin", "reserved");
    assertInvalid(text().header(" ", "x"), "1 to 255");
  }

  @ParameterizedTest
  @CsvSource({"low,1", "normal,4", "high,8", "0,0", "9,9"})
  @Tag("S3")
  @Tag("S7")
  void thePriorityHeaderSetsThePropertyAndStaysReadable(String header, int priority) {
    NewMessage message = encode(text().header("priority", header));

    assertThat(message.priority()).isEqualTo(priority);
    assertThat(message.headers()).containsEntry("priority", header);
  }

  @Test
  @Tag("S3")
  void theBuilderBeatsTheHeaders() {
    NewMessage message =
        encode(
            text()
                .header("priority", 9)
                .header("correlation_id", "from-header")
                .priority(2)
                .correlationId("from-builder"));

    assertThat(message.priority()).isEqualTo(2);
    assertThat(message.correlationId()).isEqualTo("from-builder");
    assertThat(encode(text()).priority()).isEqualTo(4);
    assertThat(encode(text().header("correlation_id", "c")).correlationId()).isEqualTo("c");
    assertThat(encode(text()).correlationId()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"urgent", "10", "-1", "5.0"})
  @Tag("S3")
  void anUnknownPriorityHeaderIsRefused(String header) {
    assertInvalid(text().header("priority", header), header, "low, normal, high");
  }

  @Test
  @Tag("S8")
  void anOrderingKeyIsTextThatEveryDatabaseKeeps() {
    assertInvalid(text().orderingKey(" "), "ordering key is blank", "1 to 255");
    assertInvalid(text().orderingKey("x".repeat(256)), "has 256 characters", "1 to 255");
    assertInvalid(text().orderingKey("a\0b"), "U+0000");
    assertInvalid(text().orderingKey("\ud83d"), "half a surrogate pair");
    assertThat(encode(text().orderingKey("x".repeat(255))).orderingKey()).hasSize(255);
    assertThat(encode(text()).orderingKey()).isNull();
  }

  @Test
  void prioritiesAndCorrelationIdsHaveBounds() {
    assertInvalid(text().priority(10), "priority=10");
    assertInvalid(text().priority(-1), "priority=-1");
    assertInvalid(text().correlationId("x".repeat(256)), "256 characters", "up to 255");
    assertThatCode(() -> encode(text().correlationId("x".repeat(255)))).doesNotThrowAnyException();
  }

  @Test
  @Tag("S4")
  void delaysGoFromZeroToTheLimit() {
    assertThat(encode(text().delay(Duration.ofHours(12))).availableAt())
        .isEqualTo(NOW.plus(Duration.ofHours(12)));
    assertInvalid(text().delay(Duration.ofHours(12).plusMillis(1)), "delay=", "maxDelay=12h");
    assertInvalid(text().delay(Duration.ofMillis(-1)), "delay=", "0s");
    assertThat(encode(text().deliverAt(NOW.plusSeconds(90))).availableAt())
        .isEqualTo(NOW.plusSeconds(90));
    assertThat(encode(text().deliverAt(Instant.MIN)).availableAt()).isEqualTo(NOW);
    assertInvalid(text().deliverAt(Instant.MAX), "deliverAt=", "maxDelay=12h");
    assertInvalid(text().delay(Duration.ZERO).deliverAt(NOW), "Both delay and deliverAt");
  }

  @Test
  @Tag("S4")
  void aDelayOfZeroOverridesTheQueuesDefault() {
    QueueSettings slow = new QueueSettings(QUEUE.name(), Duration.ofMinutes(1));

    assertThat(encoder.encode(text().build(), slow).availableAt()).isEqualTo(NOW.plusSeconds(60));
    assertThat(encoder.encode(text().delay(Duration.ZERO).build(), slow).availableAt())
        .isEqualTo(NOW);
  }

  @Test
  @Tag("S9")
  void aDeduplicationIdHasTheWindowOfItsQueueOrOfTheAdapter() {
    Duration day = Duration.ofDays(1);
    QueueSettings own = new QueueSettings(QUEUE.name(), Duration.ZERO, day);

    assertThat(encode(text()).deduplication()).isNull();
    assertThat(encode(text().deduplicationId("id")).deduplication())
        .isEqualTo(new NewMessage.Deduplication("id", Duration.ofHours(1)));
    assertThat(encoder.encode(text().deduplicationId("id").build(), own).deduplication())
        .isEqualTo(new NewMessage.Deduplication("id", day));
  }

  @Test
  @Tag("S9")
  void aDeduplicationIdIsTextThatEveryDatabaseKeeps() {
    assertInvalid(text().deduplicationId(""), "deduplication id is blank", "1 to 255");
    assertInvalid(text().deduplicationId(" \t"), "deduplication id is blank");
    assertInvalid(text().deduplicationId("x".repeat(256)), "256 characters", "1 to 255");
    assertInvalid(text().deduplicationId("a\0b"), "U+0000");
    assertInvalid(text().deduplicationId("\ud83d!"), "surrogate");
    assertThatCode(() -> encode(text().deduplicationId("\ud83d\ude9a" + "x".repeat(253))))
        .doesNotThrowAnyException();
  }

  @Test
  @Tag("S6")
  @Tag("TOO_LARGE")
  void sizeIsBodyAndHeaders() {
    NewMessage message = encode(text().header("ä", "12"));

    assertThat(encoder.sizeOf(message)).isEqualTo(5 + 2 + 2);
    assertThatCode(() -> encode(OutgoingMessage.to("app:orders").text("x".repeat(128 * 1024))))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () -> encode(OutgoingMessage.to("app:orders").text("x".repeat(128 * 1024 + 1))))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.TOO_LARGE))
        .hasMessageContaining("131073")
        .hasMessageContaining("maxMessageBytes is 131072");
  }

  /** A body JSON-B fails on. */
  public static class Unwritable {
    public String getValue() {
      throw new IllegalStateException("lazy value is gone");
    }
  }

  @Test
  @Tag("S2")
  void whatJsonBindingCannotWriteIsInvalid() {
    assertInvalid(OutgoingMessage.to("app:orders").json(new Unwritable()), "Unwritable", "JSON");
  }
}
