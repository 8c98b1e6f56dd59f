package dev.waybill.sample.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.waybill.sample.order.InvalidOrderException;
import dev.waybill.sample.order.NewOrder;
import dev.waybill.sample.order.OrderReference;
import dev.waybill.sample.order.OrderStatus;
import dev.waybill.sample.order.Problem;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderJsonTest {

  private static final Jsonb JSON = JsonbBuilder.create();

  @Test
  void anOrderIsReadFromJson() {
    assertThat(OrderJson.read("{\"customer\":\"c-1\",\"article\":\"A-100\",\"quantity\":2}"))
        .isEqualTo(new NewOrder("c-1", "A-100", 2));
  }

  @Test
  void aWholeNumberMayBeWrittenWithADecimalPoint() {
    assertThat(
            OrderJson.read("{\"customer\":\"c-1\",\"article\":\"A-100\",\"quantity\":2.0}")
                .quantity())
        .isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "[]", "nonsense", "{\"customer\":", "\"text\""})
  void aBodyThatIsNoJsonObjectIsRefusedWithAnExample(String body) {
    assertThat(problemsOf(body))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.where()).isEqualTo("body");
              assertThat(problem.accepted()).isEqualTo("a JSON object");
              assertThat(problem.fix()).contains("\"article\":\"A-100\"");
            });
  }

  @Test
  void allFieldsThatAreMissingOrOfTheWrongTypeAreNamedAtOnce() {
    assertThat(problemsOf("{\"article\":7,\"quantity\":1.5}"))
        .extracting(Problem::where, Problem::what)
        .containsExactly(
            tuple("customer", "is missing"),
            tuple("article", "was 7"),
            tuple("quantity", "was 1.5"));
  }

  @Test
  void aQuantityOutOfRangeIsRefusedWithTheRange() {
    assertThat(problemsOf("{\"customer\":\"c-1\",\"article\":\"A-100\",\"quantity\":0}"))
        .singleElement()
        .extracting(Problem::accepted)
        .isEqualTo("a whole number from 1 to 1000");
  }

  @Test
  void theBodyOfAMessageSurvivesJson() {
    String text = JSON.toJson(new OrderReference(17));

    assertThat(text).isEqualTo("{\"orderId\":17}");
    assertThat(JSON.fromJson(text, OrderReference.class)).isEqualTo(new OrderReference(17));
  }

  @Test
  void anOrderIsShownWithoutAReasonUnlessItFailed() {
    Instant now = Instant.parse("2026-01-02T03:04:05Z");
    OrderView view = new OrderView(1, OrderStatus.PLACED, null, "c-1", "A-100", 2, now, now);

    assertThat(JSON.toJson(new OrderList(0, 20, 1, List.of(view))))
        .contains("\"id\":1", "\"status\":\"PLACED\"", "\"placedAt\":\"2026-01-02T03:04:05Z\"")
        .doesNotContain("reason");
  }

  private static List<Problem> problemsOf(String body) {
    InvalidOrderException refused =
        catchThrowableOfType(InvalidOrderException.class, () -> OrderJson.read(body));
    assertThat(refused).as("refusal of %s", body).isNotNull();
    return refused.problems();
  }
}
