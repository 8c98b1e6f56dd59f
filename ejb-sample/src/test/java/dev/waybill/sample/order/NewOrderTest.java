package dev.waybill.sample.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewOrderTest {

  @ParameterizedTest
  @CsvSource({"c-1, A-100, 1", "cafe.x, A-100, 1000", "c_1.2-3, X, 500"})
  void ordersInsideTheLimitsAreAccepted(String customer, String article, int quantity) {
    NewOrder order = new NewOrder(customer, article, quantity);

    assertThat(order.quantity()).isEqualTo(quantity);
  }

  @ParameterizedTest
  @CsvSource({
    "'', A-100, 1, customer",
    ", A-100, 1, customer",
    "c 1, A-100, 1, customer",
    "c-1, , 1, article",
    "c-1, A_100, 1, article",
    "c-1, A-10000000000000000000000000000000000000000, 1, article",
    "c-1, A-100, 0, quantity",
    "c-1, A-100, -1, quantity",
    "c-1, A-100, 1001, quantity"
  })
  void ordersOutsideTheLimitsAreRefusedByName(
      String customer, String article, int quantity, String field) {
    InvalidOrderException refused =
        catchThrowableOfType(
            InvalidOrderException.class, () -> new NewOrder(customer, article, quantity));

    assertThat(refused.problems()).extracting(Problem::where).containsExactly(field);
    assertThat(refused).hasMessageContaining(field).hasMessageContaining("accepted");
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() {
    InvalidOrderException refused =
        catchThrowableOfType(InvalidOrderException.class, () -> new NewOrder("", null, 0));

    assertThat(refused.problems())
        .extracting(Problem::where)
        .containsExactly("customer", "article", "quantity");
  }
}
