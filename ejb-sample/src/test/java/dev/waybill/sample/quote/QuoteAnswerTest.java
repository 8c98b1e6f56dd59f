package dev.waybill.sample.quote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.sample.order.NewOrder;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuoteAnswerTest {

  private static final Jsonb JSON = JsonbBuilder.create();
  private static final NewOrder WANTED = new NewOrder("c-1", "A-100", 1000);
  private static final Quote QUOTE = Quote.of(WANTED, "Espresso beans", 1890);

  static Stream<QuoteAnswer> answers() {
    return Stream.of(
        QuoteAnswer.completed(QUOTE), QuoteAnswer.refused("why"), QuoteAnswer.timedOut());
  }

  @Test
  void theTotalIsThePriceOfAllPieces() {
    assertThat(QUOTE).isEqualTo(new Quote("c-1", "A-100", "Espresso beans", 1000, 1890, 1_890_000));
  }

  @Test
  void anAnswerShowsWhatItHasAndNothingElse() {
    assertThat(answers().map(JSON::toJson))
        .containsExactly(
            "{\"status\":\"completed\",\"quote\":{\"customer\":\"c-1\",\"article\":\"A-100\","
                + "\"name\":\"Espresso beans\",\"quantity\":1000,"
                + "\"unitPriceCents\":1890,\"totalCents\":1890000}}",
            "{\"status\":\"refused\",\"reason\":\"why\"}",
            "{\"status\":\"timedOut\"}");
  }

  @ParameterizedTest
  @MethodSource("answers")
  void theResponseOfTheBeanSurvivesJson(QuoteAnswer answer) {
    assertThat(JSON.fromJson(JSON.toJson(answer), QuoteAnswer.class)).isEqualTo(answer);
  }

  @Test
  void theRequestSurvivesJson() {
    assertThat(JSON.fromJson(JSON.toJson(WANTED), NewOrder.class)).isEqualTo(WANTED);
  }
}
