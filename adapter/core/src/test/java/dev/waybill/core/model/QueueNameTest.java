package dev.waybill.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.waybill.api.QueueException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("S1")
@Tag("INVALID")
class QueueNameTest {

  @ParameterizedTest
  @ValueSource(strings = {"app:orders", "a:b", "app.v1:orders-dlq_2", "A.-_9:Z"})
  void aNameIsReadAndWrittenAlike(String text) {
    assertThat(QueueName.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"", ":", "orders", "app:", ":orders", "a:b:c", "app:or ders", "äpp:x", "app:x\n"})
  void whatIsNotOfTheFormIsInvalid(String text) {
    assertThatExceptionOfType(QueueException.class)
        .isThrownBy(() -> QueueName.parse(text))
        .withMessageContaining("\"" + text + "\"")
        .withMessageContaining("namespace:name")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.INVALID));
  }

  @Test
  void aNameWithoutNamespaceIsToldHowToWriteIt() {
    assertThatExceptionOfType(QueueException.class)
        .isThrownBy(() -> QueueName.parse("orders"))
        .withMessageContaining("\"app:orders\"");
  }

  @Test
  void eachPartHasUpToAHundredCharacters() {
    String longest = "x".repeat(100);
    assertThat(QueueName.parse(longest + ":" + longest).name()).hasSize(100);
    assertThatExceptionOfType(QueueException.class)
        .isThrownBy(() -> QueueName.parse("a:" + longest + "x"));
  }

  @Test
  void namesSortByNamespaceThenName() {
    assertThat(QueueName.parse("a:z")).isLessThan(QueueName.parse("b:a"));
    assertThat(QueueName.parse("a:a")).isLessThan(QueueName.parse("a:b"));
  }
}
